import { describe, expect, test } from '@jest/globals';
import { BotEnvironment, readEnvironment, WorkerEnvironment } from '../../core/config.ts';

const worker = { PROMETHEUS_URL: 'http://127.0.0.1:9090' };
const bot = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };

function problemsOf(
  schema: typeof BotEnvironment | typeof WorkerEnvironment,
  env: Record<string, string | undefined>,
): readonly string[] {
  const read = readEnvironment(schema, env);
  return 'problems' in read ? read.problems : [];
}

test('a worker needs a Prometheus and takes the rest as it comes', () => {
  expect(readEnvironment(WorkerEnvironment, worker)).toEqual({
    config: {
      ...worker,
      REDIS_URL: 'redis://127.0.0.1:6379',
      NETCHECK_CLUSTER: 'default',
      NETCHECK_EVIDENCE_TIMEOUT: 10,
      NETCHECK_CHANGE_PATIENCE: 150,
      NETCHECK_PROBES: ['own-pod'],
      NETCHECK_PROBE_IMAGE: 'netcheck:0.1.0',
      NETCHECK_PROBE_NAMESPACE: 'netcheck-probes',
      NETCHECK_PROBE_REFUSE: [],
      NETCHECK_PROBE_ALLOW: [],
      NETCHECK_PROBES_AT_ONCE: 4,
      NETCHECK_PROBE_RATE: 2000,
      NETCHECK_PROBE_CONNECTIONS: 30_000,
      NETCHECK_METRICS_PORT: 0,
      LOG_LEVEL: 'info',
    },
  });
});

test.each([
  ['off', []],
  ['own-pod, ephemeral,node', ['own-pod', 'ephemeral', 'node']],
])('probes %s', (NETCHECK_PROBES, expected) => {
  const read = readEnvironment(WorkerEnvironment, { ...worker, NETCHECK_PROBES });
  expect('config' in read && read.config.NETCHECK_PROBES).toEqual(expected);
});

test('a bot needs its tokens', () => {
  expect(readEnvironment(BotEnvironment, bot)).toEqual({
    config: {
      ...bot,
      PORT: 3000,
      REDIS_URL: 'redis://127.0.0.1:6379',
      NETCHECK_CLUSTER: 'default',
      NETCHECK_INCIDENT_CHANNELS: '^(inc|incident)[-_]',
      NETCHECK_WEBHOOK_PORT: 0,
      NETCHECK_AUTO_PER_CHANNEL: 6,
      NETCHECK_AUTO_PER_MINUTE: 12,
      NETCHECK_REMEDIATION: 'off',
      NETCHECK_WATCH_EVERY: 120,
      NETCHECK_METRICS_PORT: 0,
      LOG_LEVEL: 'info',
    },
  });
});

test('an empty variable is an unset one', () => {
  expect(readEnvironment(WorkerEnvironment, { ...worker, LOG_LEVEL: '', KUBECONFIG: '' })).toMatchObject({
    config: { LOG_LEVEL: 'info' },
  });
  expect(problemsOf(WorkerEnvironment, { PROMETHEUS_URL: '' })).toEqual([
    'PROMETHEUS_URL is not set: Prometheus HTTP API, as http://prometheus.monitoring:9090',
  ]);
});

describe('each mistake of a worker is one line that names the variable', () => {
  test.each([
    [{}, 'PROMETHEUS_URL is not set: Prometheus HTTP API, as http://prometheus.monitoring:9090'],
    [
      { PROMETHEUS_URL: 'prometheus:9090' },
      'PROMETHEUS_URL: expected a URL such as http://prometheus.monitoring:9090',
    ],
    [{ PROMETHEUS_URL: 'localhost' }, 'PROMETHEUS_URL: expected a URL'],
    [{ ...worker, REDIS_URL: 'http://127.0.0.1' }, 'REDIS_URL: expected a URL such as redis://'],
    [{ ...worker, NETCHECK_CLUSTER: 'Prod EU' }, 'NETCHECK_CLUSTER: expected lower-case letters'],
    [
      { ...worker, NETCHECK_PROBES: 'all' },
      'NETCHECK_PROBES: expected off, or some of own-pod,ephemeral,node',
    ],
    [
      { ...worker, NETCHECK_PROBE_REFUSE: '10.0.0.0/8,ten' },
      'NETCHECK_PROBE_REFUSE: expected networks such as 10.0.0.0/8,fd00::/8',
    ],
    [{ ...worker, NETCHECK_EVIDENCE_TIMEOUT: 'soon' }, 'NETCHECK_EVIDENCE_TIMEOUT: '],
    [{ ...worker, NETCHECK_EVIDENCE_TIMEOUT: '0' }, 'NETCHECK_EVIDENCE_TIMEOUT: '],
    [{ ...worker, LOG_LEVEL: 'loud' }, 'LOG_LEVEL: '],
  ])('%p', (env, line) => {
    const problems = problemsOf(WorkerEnvironment, env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(line);
    expect(problems[0]).not.toContain('\n');
  });
});

describe('each mistake of a bot is one line that names the variable', () => {
  test.each([
    [
      { SLACK_APP_TOKEN: 'xapp-1' },
      'SLACK_BOT_TOKEN is not set: Bot token of the Slack app (xoxb-…), from OAuth & Permissions',
    ],
    [{ ...bot, SLACK_BOT_TOKEN: 'xoxp-1' }, 'SLACK_BOT_TOKEN: expected a token that starts with xoxb-'],
    [{ SLACK_BOT_TOKEN: 'xoxb-1' }, 'set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET'],
    [{ ...bot, PORT: '99999' }, 'PORT: '],
    [{ ...bot, NETCHECK_INCIDENT_CHANNELS: '(' }, 'expected a regular expression such as ^inc-'],
    [{ ...bot, NETCHECK_APPROVAL: 'nobody' }, 'NETCHECK_APPROVAL: '],
    [
      { ...bot, NETCHECK_ALERTS: 'a.yaml', NETCHECK_WEBHOOK_AUTH: 'basic:prom' },
      'NETCHECK_WEBHOOK_AUTH: expected bearer:<token> or basic:<user>:<password>',
    ],
    [
      { ...bot, NETCHECK_ALERTS: 'a.yaml', NETCHECK_WEBHOOK_PORT: '9095' },
      'NETCHECK_WEBHOOK_AUTH: expected bearer:<token> or basic:<user>:<password>, as NETCHECK_WEBHOOK_PORT is set',
    ],
    [
      { ...bot, NETCHECK_WEBHOOK_PORT: '9095', NETCHECK_WEBHOOK_AUTH: 'bearer:abc' },
      'NETCHECK_ALERTS: expected a file that says where alerts are reported',
    ],
    [{ ...bot, NETCHECK_AUTO_PER_CHANNEL: '0' }, 'NETCHECK_AUTO_PER_CHANNEL: '],
  ])('%p', (env, line) => {
    const problems = problemsOf(BotEnvironment, env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(line);
  });
});

test('all mistakes are told at once', () => {
  expect(problemsOf(WorkerEnvironment, { REDIS_URL: 'x', LOG_LEVEL: 'y' })).toHaveLength(3);
});

test('a secret is never repeated in a mistake', () => {
  const env = { SLACK_BOT_TOKEN: 'secret-of-mine', SLACK_SIGNING_SECRET: 'hush' };
  expect(problemsOf(BotEnvironment, env).join('\n')).not.toMatch(/secret-of-mine|hush/);
});
