import { describe, expect, test } from '@jest/globals';
import { readAlertmanagerWebhook } from '../../../core/alerts/alertmanager.ts';

const alert = {
  status: 'firing',
  labels: { alertname: 'HighErrorRate', service: 'checkout', namespace: 'shop' },
  annotations: {
    description: 'More than 5% fail',
    summary: 'checkout fails',
    runbook_url: 'https://wiki.example.com/runbooks/connection-errors',
    dashboard: 'https://grafana.example.com/d/abc',
  },
  startsAt: '2026-01-01T00:00:00.5Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus:9090/graph',
  fingerprint: 'c0ffee',
};

const webhook = {
  version: '4',
  groupKey: '{}:{alertname="HighErrorRate"}',
  truncatedAlerts: 3,
  status: 'firing',
  receiver: 'netcheck',
  groupLabels: { alertname: 'HighErrorRate' },
  commonLabels: { alertname: 'HighErrorRate' },
  commonAnnotations: {},
  externalURL: 'http://alertmanager:9093',
  alerts: [alert, { ...alert, status: 'resolved', fingerprint: 'beef' }],
};

describe('readAlertmanagerWebhook', () => {
  test('reads every alert of a group', () => {
    const read = readAlertmanagerWebhook(webhook);
    expect(read).toEqual({
      kind: 'alerts',
      truncated: 3,
      alerts: [
        {
          status: 'firing',
          name: 'HighErrorRate',
          labels: alert.labels,
          texts: ['checkout fails', 'More than 5% fail'],
          runbooks: ['https://wiki.example.com/runbooks/connection-errors'],
          startsAt: Date.UTC(2026, 0, 1) + 500,
          fingerprint: 'alertmanager:c0ffee',
          groupKey: '{}:{alertname="HighErrorRate"}',
          source: 'alertmanager',
        },
        expect.objectContaining({ status: 'resolved', fingerprint: 'alertmanager:beef' }),
      ],
    });
  });

  test('reads the most telling of what is said at length', () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, nr) => [`a${nr}`, `${nr} `.repeat(5000)]),
    );
    const read = readAlertmanagerWebhook({
      ...webhook,
      alerts: [{ ...alert, annotations: { ...many, summary: 'checkout fails' } }],
    });
    const texts = read.kind === 'alerts' ? (read.alerts[0]?.texts ?? []) : [];
    expect(texts[0]).toBe('checkout fails');
    expect(texts).toHaveLength(30);
    expect(Math.max(...texts.map(({ length }) => length))).toBe(4000);
  });

  test('knows an alert without a fingerprint by its labels, in whatever order they come', () => {
    const bare = { ...alert, fingerprint: undefined };
    const turned = { ...bare, labels: Object.fromEntries(Object.entries(alert.labels).reverse()) };
    const read = readAlertmanagerWebhook({ ...webhook, alerts: [bare, turned] });
    const [first, second] = read.kind === 'alerts' ? read.alerts : [];
    expect(first?.fingerprint).toContain('service=checkout');
    expect(second?.fingerprint).toBe(first?.fingerprint);
  });

  test('has no start where Alertmanager knew none', () => {
    const read = readAlertmanagerWebhook({
      ...webhook,
      alerts: [{ ...alert, startsAt: '0001-01-01T00:00:00Z' }],
    });
    expect(read.kind === 'alerts' && 'startsAt' in (read.alerts[0] ?? {})).toBe(false);
  });

  test.each<[string, unknown, RegExp]>([
    ['no object', 'hello', /^This is no webhook of Alertmanager: .*expected object/],
    ['another version', { ...webhook, version: '1' }, /version: expected "4"/],
    ['no alerts', { ...webhook, alerts: [] }, /alerts: /],
    ['another status', { ...webhook, alerts: [{ ...alert, status: 'pending' }] }, /alerts\[0\]\.status: /],
    [
      'labels that are no texts',
      { ...webhook, alerts: [alert, { ...alert, labels: { replicas: 3 } }] },
      /alerts\[1\]\.labels\.replicas: /,
    ],
    [
      'a wrong time',
      { ...webhook, alerts: [{ ...alert, startsAt: 'now' }] },
      /alerts\[0\]\.startsAt: expected a time/,
    ],
    ['much that is wrong', {}, /; and \d+ more$/],
  ])('says what is wrong with %s', (_name, body, message) => {
    const read = readAlertmanagerWebhook(body);
    expect(read.kind === 'problem' ? read.message : '').toMatch(message);
  });
});
