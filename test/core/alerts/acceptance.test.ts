import { describe, expect, test } from '@jest/globals';
import type { Alert } from '../../../core/alerts/alert.ts';
import { readAlertmanagerWebhook } from '../../../core/alerts/alertmanager.ts';
import { routeAlert, type Route } from '../../../core/alerts/route.ts';
import { readSlackAlert } from '../../../core/alerts/slack-message.ts';
import { nameOf } from '../../../core/target.ts';
import { known } from '../../support/alert-faults.ts';
import { alertSamples, type Delivery, type Sample } from '../../support/alert-messages.ts';
import { chatter } from '../../support/chatter.ts';
import { shippedLibrary } from '../../support/playbooks.ts';

const { symptoms } = shippedLibrary();

function read(delivery: Delivery): Alert | undefined {
  if (delivery.via === 'slack') return readSlackAlert(delivery.message);
  const result = readAlertmanagerWebhook(delivery.body);
  return result.kind === 'alerts' ? result.alerts[0] : undefined;
}

function say(route: Route | undefined): string {
  if (route === undefined) return 'no alert';
  if (route.kind === 'unknown') return route.kind;
  const named = route.kind === 'target' ? [route] : route.candidates;
  const names = named.map(({ service, namespace = '?' }) => nameOf({ service, namespace })).sort();
  return `${names.join(' or ')}, ${route.symptom ?? 'any symptom'}`;
}

/** What went wrong with a sample, if anything. */
function mistakeOf(sample: Sample): string[] {
  const alert = read(sample.delivery);
  const got = say(alert && routeAlert(alert, { rules: [], symptoms, known }));
  const expected = `${sample.expected.map(nameOf).sort().join(' or ')}, ${sample.symptom ?? 'any symptom'}`;
  if (got === expected && alert?.status === sample.status) return [];
  return [`${sample.name}: expected ${expected} (${sample.status}), got ${got} (${alert?.status ?? '-'})`];
}

describe('alerts of five products and the webhook', () => {
  test('at least 95 of 100 go where they should', () => {
    const samples = alertSamples(200);
    const wrong = samples.flatMap(mistakeOf);
    const share = 1 - wrong.length / samples.length;
    expect({ enough: share >= 0.95, wrong: share >= 0.95 ? [] : wrong }).toEqual({ enough: true, wrong: [] });
  });

  test('the samples are of many kinds', () => {
    const samples = alertSamples(200);
    expect(new Set(samples.map(({ delivery }) => JSON.stringify(delivery))).size).toBe(samples.length);
    expect(new Set(samples.flatMap(({ expected }) => expected.map(nameOf))).size).toBeGreaterThan(10);
    expect(new Set(samples.map(({ symptom }) => symptom)).size).toBe(symptoms.length);
    expect(samples.filter(({ status }) => status === 'resolved').length).toBeGreaterThan(20);
    expect(samples.filter(({ expected }) => expected.length > 1).length).toBeGreaterThan(5);
  });

  test('none of 50 messages of people and other bots is an alert', () => {
    const messages = chatter();
    expect(messages).toHaveLength(50);
    expect(messages.filter((message) => readSlackAlert(message) !== undefined)).toEqual([]);
  });
});
