import { describe, expect, test } from '@jest/globals';
import type { Alert } from '../../../core/alerts/alert.ts';
import { readSlackAlert } from '../../../core/alerts/slack-message.ts';

const bot = (message: object): unknown => ({
  bot_id: 'B0ALERTS',
  subtype: 'bot_message',
  text: '',
  ...message,
});
const attached = (attachment: object, username = ''): unknown => bot({ username, attachments: [attachment] });

const opsgenieLink = 'https://example.app.opsgenie.com/alert/detail/a6f295c8-9518-4427-a4ff-1/details';
const incident = 'https://example.pagerduty.com/incidents/Q2E7MG6P1H0D3P';
const monitor = 'https://app.datadoghq.eu/monitors/107666844?event_id=1';

describe('readSlackAlert', () => {
  test.each<[string, unknown, Partial<Alert>]>([
    [
      'Alertmanager, grouped by name',
      attached(
        {
          title: '[FIRING:2] HighErrorRate (checkout shop critical)',
          title_link: 'http://am:9093/#/alerts?receiver=x',
        },
        'AlertManager',
      ),
      {
        status: 'firing',
        name: 'HighErrorRate',
        texts: ['HighErrorRate (checkout shop critical)'],
        fingerprint: 'alertmanager:HighErrorRate (checkout shop critical)',
        source: 'alertmanager',
      },
    ],
    [
      'Alertmanager, grouped by other labels than the name',
      attached({ title: '[RESOLVED] shop checkout (HighErrorRate critical)' }, 'Prometheus'),
      { status: 'resolved', name: 'HighErrorRate', source: 'alertmanager' },
    ],
    [
      'only the fallback of an attachment',
      attached({ fallback: '[FIRING:1] HighErrorRate (checkout shop) | http://am:9093/#/alerts' }),
      { status: 'firing', name: 'HighErrorRate', source: 'text' },
    ],
    [
      'plain text of an unknown bot',
      bot({
        text: ':fire: FIRING: HighErrorRate\n• service: `checkout`\n• namespace: shop\n<https://wiki.example.com/runbooks/x|Runbook>',
      }),
      {
        name: 'HighErrorRate',
        labels: { service: 'checkout', namespace: 'shop' },
        runbooks: ['https://wiki.example.com/runbooks/x'],
        source: 'text',
      },
    ],
    [
      'blocks of an unknown bot',
      bot({
        text: 'an alert',
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: '[FIRING:1] HighErrorRate' } },
          { type: 'section', fields: [{ type: 'mrkdwn', text: '*Service:*\ncheckout' }] },
          {
            type: 'rich_text',
            elements: [
              {
                type: 'rich_text_section',
                elements: [
                  { type: 'text', text: 'see ' },
                  { type: 'link', url: 'https://wiki.example.com/runbooks/y', text: 'how' },
                ],
              },
            ],
          },
        ],
      }),
      {
        name: 'HighErrorRate',
        labels: { service: 'checkout' },
        runbooks: ['https://wiki.example.com/runbooks/y'],
      },
    ],
    [
      'Grafana, whose names have spaces',
      attached({
        title: '[FIRING:2, RESOLVED:1] High error rate Network (shop)',
        text: '**Firing**\n\nValue: A=1\nLabels:\n - alertname = High error rate\n - pod = a\n - service = checkout\nAnnotations:\n - runbook_url = https://wiki.example.com/r\n - summary = checkout &amp; cart fail\nSource: https://grafana.example.com/x\n\nValue: A=2\nLabels:\n - alertname = High error rate\n - pod = b\n - service = checkout\nAnnotations:\n\n\n**Resolved**\n\nLabels:\n - alertname = High error rate\n - service = cart\n',
        footer: 'Grafana v12.1.0',
      }),
      {
        status: 'firing',
        name: 'High error rate',
        labels: { alertname: 'High error rate', service: 'checkout' },
        runbooks: ['https://wiki.example.com/r'],
        source: 'grafana',
      },
    ],
    [
      'PagerDuty, of Alertmanager',
      bot({
        text: `:red_circle: *<${incident}|[FIRING:1] HighErrorRate (checkout shop)>*\n:tornado: *Urgency:* High`,
      }),
      {
        status: 'firing',
        name: 'HighErrorRate',
        texts: ['HighErrorRate (checkout shop)'],
        fingerprint: 'pagerduty:Q2E7MG6P1H0D3P',
        source: 'pagerduty',
      },
    ],
    [
      'PagerDuty, resolved while its title still fires',
      bot({ text: `:large_green_circle: *<${incident}|[FIRING:1] HighErrorRate (checkout shop)>*` }),
      { status: 'resolved', fingerprint: 'pagerduty:Q2E7MG6P1H0D3P' },
    ],
    [
      'PagerDuty, in words and with a number',
      attached({
        title: 'Triggered #123: High error rate on checkout',
        title_link: incident,
        fields: [{ title: 'Service', value: 'Shop - Checkout' }],
      }),
      {
        status: 'firing',
        name: 'High error rate on checkout',
        texts: ['High error rate on checkout', 'Shop - Checkout'],
      },
    ],
    [
      'Datadog, of a group',
      attached({
        title: 'Triggered: High error rate on service:checkout,kube_namespace:shop',
        title_link: monitor,
        text: '@slack-alerts\nchecks fail',
      }),
      {
        status: 'firing',
        name: 'High error rate',
        labels: { service: 'checkout', kube_namespace: 'shop' },
        fingerprint: 'datadog:107666844:kube_namespace=shop,service=checkout',
        source: 'datadog',
      },
    ],
    [
      'Datadog, recovered, the same monitor and group',
      attached({
        title: '[P2] [Recovered on {kube_namespace:shop,service:checkout}] High error rate',
        title_link: monitor,
      }),
      {
        status: 'resolved',
        name: 'High error rate',
        fingerprint: 'datadog:107666844:kube_namespace=shop,service=checkout',
      },
    ],
    [
      'Datadog, without data',
      attached({ title: 'No data: High error rate on checkout' }, 'Datadog'),
      { status: 'firing', name: 'High error rate on checkout', labels: {} },
    ],
    [
      'Opsgenie, of Alertmanager',
      attached({
        title: '#12: [Prometheus]: [FIRING:1] HighErrorRate (checkout shop)',
        title_link: opsgenieLink,
        fields: [{ title: 'Tags', value: 'prod, service:checkout' }],
      }),
      {
        status: 'firing',
        name: 'HighErrorRate',
        labels: { service: 'checkout' },
        fingerprint: 'opsgenie:a6f295c8-9518-4427-a4ff-1',
        source: 'opsgenie',
      },
    ],
    [
      'Opsgenie, closed, in one line',
      bot({ text: `Alert API closed alert <${opsgenieLink}|#12> "High error rate on checkout"` }),
      {
        status: 'resolved',
        name: 'High error rate on checkout',
        fingerprint: 'opsgenie:a6f295c8-9518-4427-a4ff-1',
      },
    ],
  ])('%s', (_name, message, expected) => {
    expect(readSlackAlert(message)).toMatchObject(expected);
  });

  test('what two alerts of a group do not share is no label of the group, but of its members', () => {
    const alert = readSlackAlert(
      attached({
        title: '[FIRING:2] HighErrorRate',
        text: 'Labels:\n - namespace = shop\n - service = checkout\nLabels:\n - namespace = shop\n - service = cart\n',
      }),
    );
    expect(alert?.labels).toEqual({ namespace: 'shop' });
    expect(alert?.members?.map((labels) => labels['service'])).toEqual(['checkout', 'cart']);
  });

  test('without headings a name that comes again is of the next alert', () => {
    const alert = readSlackAlert(bot({ text: '[FIRING:2] X\n• service: checkout\n• service: cart' }));
    expect(alert?.labels).toEqual({});
    expect(alert?.members).toEqual([{ service: 'checkout' }, { service: 'cart' }]);
  });

  test('whom it mentions, its buttons and where its rule is are not what it says', () => {
    const alert = readSlackAlert(
      bot({
        blocks: [
          {
            type: 'section',
            text: { type: 'mrkdwn', text: '<!here> <@U0ANNA> [FIRING:1] X\nall is lost\nDashboard: cart' },
          },
          { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Silence' } }] },
        ],
      }),
    );
    expect(alert?.texts).toEqual(['X', 'all is lost']);
  });

  test('the firing and the resolved message of Alertmanager are of one alert', () => {
    const [firing, resolved] = ['[FIRING:2]', '[RESOLVED]'].map((status) =>
      readSlackAlert(attached({ title: `${status} HighErrorRate (checkout shop)` })),
    );
    expect(firing?.fingerprint).toBe(resolved?.fingerprint);
    expect([firing?.status, resolved?.status]).toEqual(['firing', 'resolved']);
  });

  test('names that every object has are no labels unless they are said', () => {
    const alert = readSlackAlert(bot({ text: '[FIRING:1] X\n• __proto__: checkout\n• constructor: cart' }));
    expect(Object.keys(alert?.labels ?? {})).toEqual(['__proto__', 'constructor']);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'hello'],
    ['a person who pastes an alert', { user: 'U0ANNA', text: '[FIRING:1] HighErrorRate (checkout shop)' }],
    [
      'an acknowledged incident',
      bot({ text: `:large_yellow_circle: *<${incident}|[FIRING:1] HighErrorRate>*` }),
    ],
    [
      'a note on an alert',
      attached({ title: '#12: High error rate', title_link: opsgenieLink, pretext: 'Anna added a note' }),
    ],
    ['a muted monitor', attached({ title: 'Monitor muted', title_link: monitor }, 'Datadog')],
    ['a word in the middle', bot({ text: 'we saw [FIRING:1] HighErrorRate again' })],
  ])('no alert is %s', (_name, message) => {
    expect(readSlackAlert(message)).toBeUndefined();
  });
});
