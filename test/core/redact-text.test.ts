import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { redactText } from '../../core/redact-text.ts';
import { readPlaybooks } from '../support/playbooks.ts';

// In pieces, so that no scanner of repositories takes them for real ones.
const slackToken = ['xoxb', '1234567890', 'AbCdEfGhIjKl'].join('-');
const jwt = [
  'eyJhbGciOiJIUzI1NiJ9',
  'eyJzdWIiOiIxMjM0NTY3ODkwIn0',
  'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
].join('.');
const awsKey = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
const base64 = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=';
const hex = '9f86d081884c7d659a2feaa0c55ad015';
const github = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');
const key = [
  '-----BEGIN RSA PRIVATE KEY-----',
  'MIIEowIBAAKCAQEA',
  'abc',
  '-----END RSA PRIVATE KEY-----',
].join('\n');

describe('takes out', () => {
  test.each([
    [slackToken, '[redacted]'],
    [
      `token ${['xapp', '1', 'A012', '34', 'deadbeef'].join('-')} was refused`,
      'token [redacted] was refused',
    ],
    [`Authorization: Bearer ${jwt}\nHost: a`, 'Authorization: [redacted]\nHost: a'],
    ['curl -H "authorization: Basic dXNlcjpwYXNz"', 'curl -H "authorization: [redacted]'],
    ['sent Bearer abc123.def', 'sent Bearer [redacted]'],
    ['sent Basic dXNlcjpwYXNz', 'sent Basic [redacted]'],
    [jwt, '[redacted]'],
    [`${awsKey} may not`, '[redacted] may not'],
    [`before ${key} after`, 'before [redacted] after'],
    [key.slice(0, 60), '[redacted]'],
    ['redis://:hush@10.0.0.1:6379/0', 'redis://[redacted]@10.0.0.1:6379/0'],
    ['postgres://app:p@ss@db:5432/shop', 'postgres://[redacted]@db:5432/shop'],
    ['amqp://app:pa/ss@mq', 'amqp://[redacted]@mq'],
    ['https://user@example.com', 'https://[redacted]@example.com'],
    ['password=hunter2', 'password=[redacted]'],
    ['DB_PASSWORD="correct horse" HOST=db', 'DB_PASSWORD=[redacted] HOST=db'],
    ['{"apiKey":"abc","a":1}', '{"apiKey":[redacted],"a":1}'],
    [String.raw`{\"client_secret\":\"a b\",\"a\":1}`, String.raw`{\"client_secret\":[redacted],\"a\":1}`],
    ['token: abc', 'token: [redacted]'],
    ['/api?access_token=abc&x=1', '/api?access_token=[redacted]&x=1'],
    ['login --password hunter2 --host db', 'login --password [redacted] --host db'],
    [base64, '[redacted]'],
    [`x-api: ${base64}.`, 'x-api: [redacted].'],
    [hex, '[redacted]'],
    [github, '[redacted]'],
    [`clone with ${['glpat', 'x1Y2z3-A4b5C6d7E8f9'].join('-')} ok`, 'clone with [redacted] ok'],
    [['glrt', 'x1Y2z3_A4b5C6d7'].join('-'), '[redacted]'],
    [['gho', 'abcdef012345'].join('_'), '[redacted]'],
    [`key ${['sk', 'proj', 'abc-DEF_ghi-123'].join('-')}.`, 'key [redacted].'],
    [['sk', 'abcdefghijklmnopqrstuvwxyzabcdefghij'].join('-'), '[redacted]'],
    [
      `posts to https://hooks.slack.com/${['services', 'T012', 'B345', 'abcdef'].join('/')}.`,
      'posts to https://hooks.slack.com/services/[redacted].',
    ],
    ['DB_PASS=hunter2', 'DB_PASS=[redacted]'],
    ['DB_PW: hunter2, host: db', 'DB_PW: [redacted] host: db'],
    ['{"pass":"hunter2","a":1}', '{"pass":[redacted],"a":1}'],
    ['mysql --pass hunter2 -h db', 'mysql --pass [redacted] -h db'],
    ['curl -u admin:hunter2 http://db', 'curl -u [redacted] http://db'],
    ['curl --user "admin:hunter 2" http://db', 'curl --user [redacted] http://db'],
    ['http://proxy?x=1 --proxy-user=a:b', 'http://proxy?x=1 --proxy-user=[redacted]'],
    ['asked by <@U0ALICE> and <@W012ABCDEF|bob>', 'asked by <@[redacted]> and <@[redacted]>'],
    ['approved by U024BE7LH', 'approved by [redacted]'],
  ])('%j', (text, expected) => {
    expect(redactText(text)).toBe(expected);
    expect(redactText(expected)).toBe(expected);
  });
});

describe('leaves alone', () => {
  test.each([
    'checkout-7d9f8b6c5d-x2k4j',
    'ip-10-0-1-11.eu-west-1.compute.internal',
    'payments-api-deployment-canary-5f6d7c8b9-abcde.shop.svc.cluster.local:8080',
    '1.4 % of connects from node ip-10-0-1-11 took 1 s or longer (3,074 in 30 min).',
    'MountVolume.SetUp failed for volume "tls" : secret "checkout-tls" not found',
    'Basic authentication failed; bearer token is invalid',
    'BackOff, FailedScheduling, NodeNetworkUnavailableConditionChangedToTrue',
    'Pod/carts-27q7b8h8f-57t9k and Deployment/checkout-27q7bnh8f-57tqk',
    '/kubepods/burstable/pod1b4e28ba-2fa1-11d2-883f-0016d3cca427',
    '1b4e28ba-2fa1-11d2-883f-0016d3cca427',
    'http://prometheus.monitoring:9090/graph?g0.expr=sum%28rate%28http_requests_total%5B5m%5D%29%29&g0.tab=0',
    'http://npm.example:4873/@scope/package',
    '192.168.0.0/16 → 10.96.0.10:53',
    'UNAVAILABLE on Ubuntu 22.04, WINDOWS2019',
    'image nginx@sha256',
    'automountServiceAccountToken: true',
    'docker run --user 1000:1000 -u 65534:65534 nginx',
    'sort -u hosts: 3 lines',
    'gha_job_execution_duration_seconds_bucket',
    'sk-proxy-7d9f8b6c5d-x2k4j, task-proj-deployment-canary, glance-api-deployment-canary',
    'compass: north, bypass=1, pass_rate=0.9, passes: 3',
  ])('%j', (text) => {
    expect(redactText(text)).toBe(text);
    expect(redactText(text, { isQuery: true })).toBe(text);
  });

  test.each([
    'sum by (secret) (kube_secret_info{secret="checkout-tls", namespace=~"shop"})',
    'job:token_bucket_fill:rate5m{token!="", token=~"a.*"} == 1',
    'histogram_quantile(0.99, sum by (le) (rate(nginx_ingress_controller_connect_duration_seconds_bucket[5m])))',
  ])('PromQL: %s', (query) => {
    expect(redactText(query, { isQuery: true })).toBe(query);
  });

  test.each(readPlaybooks().map(({ path, source }) => [path, source]))('%s', (_path, source) => {
    expect(redactText(source, { isQuery: true })).toBe(source);
  });
});

/** Milliseconds that it takes when nobody else is busy. */
function quickest(work: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5 && best >= 200; run++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

test.each([
  'http://a:',
  'http://',
  'http://a:1',
  'a',
  'A1',
  '--',
  '-u ',
  '-u a:"',
  'password',
  '--password-',
  'password="',
  String.raw`password="\"`,
  'pwd ',
  'secret\n',
  'Bearer ',
  'authorization ',
  'authorization:\n',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----\n-----END ',
  '<@U0|',
  'eyJaaaaaaaa.',
  'hooks.slack.com/services/',
  'sk-proj-',
  '0a',
  '1b4e28ba-2fa1-11d2-883f-',
  ' ',
  '@',
  ':',
])('%j again and again takes no time', (piece) => {
  const text = piece.repeat(200_000 / piece.length);
  for (const isQuery of [false, true])
    for (const hostile of [text, `password${text}`, `http://a:${text}`, `<@U0|${text}`, `-u${text}`]) {
      expect(quickest(() => redactText(hostile, { isQuery }))).toBeLessThan(1000);
    }
});

test('what is clean stays as it is, whatever stands beside it', () => {
  const piece = fc.oneof(
    fc.constantFrom(slackToken, jwt, awsKey, base64, hex, github, key, '[redacted]', '<@U0ALICE>'),
    fc.constantFrom(
      'password=',
      'token: "',
      'Authorization: ',
      'Bearer ',
      '://',
      ':',
      '@',
      '--secret ',
      '%3D',
      '\\"',
      '&',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.boolean(), (pieces, isQuery) => {
      const clean = redactText(pieces.join(''), { isQuery });
      expect(redactText(clean, { isQuery })).toBe(clean);
    }),
    { numRuns: 1000 },
  );
});
