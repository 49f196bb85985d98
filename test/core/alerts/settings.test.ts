import { describe, expect, test } from '@jest/globals';
import { isAllowed, parseAlertSettings, type AlertSettings } from '../../../core/alerts/settings.ts';

const parse = (text: string) => parseAlertSettings('alerts.yaml', text, ['dns-failures', 'latency']);

function settingsOf(text: string): AlertSettings {
  const parsed = parse(text);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.settings;
}

test('an empty map is nobody, and no rules', () => {
  expect(settingsOf('{}')).toEqual({ channel: undefined, bots: [], rules: [] });
});

test('it is read whole', () => {
  const { channel, bots, rules } = settingsOf(`
channel: C012AB3CD
bots: [B012AB3CD, Grafana]
rules:
  - match: { team: pay.* }
    service: ledger
    symptom: latency
    channel: C0PAY
`);
  expect({ channel, bots }).toEqual({ channel: 'C012AB3CD', bots: ['B012AB3CD', 'Grafana'] });
  expect(rules).toEqual([
    { match: { team: /^(?:pay.*)$/ }, service: 'ledger', symptom: 'latency', channel: 'C0PAY' },
  ]);
});

describe('each mistake is one line that says where, and what is expected', () => {
  test.each([
    ['chanel: C0OPS', 'alerts.yaml:1:1 Unexpected chanel, expected channel'],
    ['channel: ops', 'alerts.yaml:1:10 expected the id of a channel in Slack, as C012AB3CD at channel'],
    ['bots: Grafana', 'alerts.yaml:1:7 Unexpected string, expected array at bots'],
    ["bots: ['']", 'alerts.yaml:1:8 expected the id or the name of a bot at bots.0'],
    [
      'rules:\n  - match: { a: b }\n    symptom: slow',
      'alerts.yaml:3:14 Unexpected symptom slow, expected one of dns-failures, latency at rules.0.symptom',
    ],
    [
      'rules:\n  - match: { a: b }\n    channel: "#ops"',
      'alerts.yaml:3:14 expected the id of a channel in Slack, as C012AB3CD at rules.0.channel',
    ],
    [
      'rules:\n  - match: { a: "(" }\n    service: x',
      'alerts.yaml:2:17 Unexpected pattern, expected a regular expression',
    ],
    [
      'rules:\n  - service: x',
      'alerts.yaml:2:5 Unexpected rule for all alerts, expected match or text at rules.0',
    ],
  ])('%j', (text, problem) => {
    const parsed = parse(text);
    expect('problems' in parsed && parsed.problems[0]).toEqual(expect.stringContaining(problem));
  });
});

describe('a sender is allowed', () => {
  const settings = settingsOf('bots: [B012AB3CD, A012AB3CD, Prod Alerts]');
  test.each([
    ['by the id of its bot', { bot: 'B012AB3CD', app: '', names: [] }, true],
    ['by the id of its app', { bot: 'B0', app: 'A012AB3CD', names: [] }, true],
    ['by its name', { bot: 'B0', app: '', names: ['someone', ' prod alerts '] }, true],
    ['not by a part of it', { bot: 'B0', app: '', names: ['Prod Alerts 2'] }, false],
    ['not by an id in other letters', { bot: 'b012ab3cd', app: '', names: [] }, false],
    ['not without anything', { bot: '', app: '', names: [] }, false],
  ])('%s', (_, sender, allowed) => {
    expect(isAllowed(settings, sender)).toBe(allowed);
  });
});
