import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Bundle, bundleName, isBundleName, openBundle, writeBundle } from '../../core/bundle.ts';
import { replay } from '../../core/replay.ts';
import { attempts, partlySeen } from '../support/evidence.ts';
import { readPlaybooks } from '../support/playbooks.ts';
import { causes, factsOf, libraryOf, record, seriesOf } from '../support/recordings.ts';

function problemOf(text: string): string {
  const opened = openBundle(text);
  return 'problem' in opened ? opened.problem : '';
}

describe('openBundle', () => {
  test('reads what was written', () => {
    const bundle = record();
    expect(openBundle(writeBundle(bundle))).toEqual({ bundle });
  });

  test('a bundle made by hand may say where its numbers are from', () => {
    const bundle = { ...record(), notes: ['https://example.com/postmortem'] };
    expect(openBundle(writeBundle(bundle))).toEqual({ bundle });
  });

  const text = writeBundle(record());
  test.each([
    ['', /^not JSON: /],
    ['{', /^not JSON: /],
    ['null', /^not a bundle of netcheck: expected "schema": "netcheck.bundle\/v1"$/],
    ['{"schema":"netcheck.report/v1"}', /^not a bundle of netcheck/],
    [
      text.replace('bundle/v1', 'bundle/v2'),
      /^netcheck\.bundle\/v2 is newer than this netcheck reads \(v1\): update$/,
    ],
    [
      text.replace('bundle/v1', 'bundle/v0'),
      /^netcheck\.bundle\/v0 is none that this netcheck reads \(v1\)$/,
    ],
    [text.replace('"samples":1', '"samples":"one"'), /^damaged bundle: evidence\.\d\.observation\.samples: /],
    [text.replace('"recordedAt"', '"recordedBy"'), /^damaged bundle: recordedAt: .*, and 1 more$/],
  ])('%.40s', (broken, problem) => {
    expect(broken).not.toBe(text);
    expect(problemOf(broken)).toMatch(problem);
  });
});

test('is found by its name', () => {
  const bundle = record();
  expect(bundleName(bundle.report)).toBe('netcheck-cart-k3x9.json');
  expect(isBundleName('netcheck-cart-k3x9.json', 'k3x9')).toBe(true);
  expect(isBundleName('netcheck-cart-k3x9.json', 'k3x8')).toBe(false);
  expect(isBundleName('netcheck-k3x9-looks.md', 'k3x9')).toBe(false);
});

describe('secrets', () => {
  // In pieces, so that no scanner of repositories takes them for real ones.
  const shaped = fc.constantFrom(
    ['xoxb', '1234567890', 'AbCdEfGhIjKl'].join('-'),
    ['AKIA', 'IOSFODNN7EXAMPLE'].join(''),
    'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=',
    '9f86d081884c7d659a2feaa0c55ad015',
  );
  const spoken = fc
    .constantFrom('hunter2', 'Tr0ub4dor&3', 'p@ss/w0rd', 'S3cr3t:x')
    .chain((secret) =>
      fc
        .constantFrom(
          `password=${encodeURIComponent(secret)}`,
          `{"token":"${secret}"}`,
          `redis://app:${secret}@10.0.0.1:6379/0`,
          `Authorization: Bearer ${secret}`,
        )
        .map((text) => ({ text, secret: text.includes(secret) ? secret : encodeURIComponent(secret) })),
    );
  const planted = fc.oneof(
    shaped.map((secret) => ({ text: `seen ${secret} here`, secret })),
    spoken,
  );

  test('survive nowhere in a bundle, and other words do', () => {
    fc.assert(
      fc.property(planted, ({ text, secret }) => {
        const bundle = record({
          found: ({ id }) => {
            if (id === 'race/mode')
              return { status: 'unavailable', why: { reason: 'crashed', detail: text } };
            return id === 'drops/lost' ? seriesOf({ [text]: [41], 'node-b': [0] }) : undefined;
          },
          change: (evidence) => ({
            ...evidence,
            link: `http://prometheus:9090/graph?g0.expr=${encodeURIComponent(text)}&a=${text}`,
          }),
        });
        const written = writeBundle(bundle);
        expect(written).not.toContain(secret);
        expect(written).not.toContain(encodeURIComponent(secret));
        expect(written).toContain('cart-7d9f8b6c5d-x2k4j');
        expect(written).toContain('(lost_total{service=\\"cart\\"})');
        expect(bundle.redactions).toContain('evidence.1.observation.series.0.labels.node');
        expect(bundle.redactions).toContain('evidence.2.observation.why.detail');
        expect(bundle.report.hypotheses[1]?.reason).toContain('[redacted]');
      }),
    );
  });

  test('nor in why an arm of a probe could not be run', () => {
    const reach = {
      evidence: '### `reach` Connects\n\n```yaml probe\nprobe: tcp\nto: db:1\nfrom: [pod, node]\n```',
      eliminated: '```cel\nreach.from("node").failed == 0.0\n```\n\nIt works from the node.',
      confirmed: '```cel\nreach.from("node").failed > 9.0\n```\n\nIt fails from the node.',
    };
    const bundle = record({
      library: libraryOf({ ...causes, reach }),
      found: ({ id }) => {
        if (id === 'race/mode') return factsOf({ value: 'hunter2', unavailable: 0 });
        if (id !== 'reach/reach') return undefined;
        return partlySeen(attempts(3), ['node', 'forbidden', 'no pods: password=Tr0ub4dor for hunter2']);
      },
    });
    const written = writeBundle(bundle);
    expect(written).not.toMatch(/hunter2|Tr0ub4dor/);
    expect(openBundle(written)).toEqual({ bundle });
    expect(bundle.redactions).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^evidence\.\d\.observation\.unseen\.0\.why\.detail$/),
        expect.stringMatching(/^report\.evidence\.\d\.unseen\.0\.why\.detail$/),
        expect.stringMatching(/^report\.evidence\.\d\.facts\.node$/),
        expect.stringMatching(/^report\.hypotheses\.\d\.reason$/),
      ]),
    );
    const again = replay(bundle);
    expect('differences' in again && again.differences).toEqual([]);
  });

  test.each(['true', 'false', '30', '-1.5', 'prng', 'hashrandom', ''])('%j is a setting', (value) => {
    const bundle = record({
      found: ({ id }) => (id === 'race/mode' ? factsOf({ value, unavailable: 0 }) : undefined),
    });
    expect(bundle.redactions).toEqual([]);
    expect(JSON.stringify(bundle.evidence)).toContain(`"value":"${value}"`);
  });

  test.each(['hunter2', 'Tr0ub4dor and 3', '/etc/passwd', 'A1!'])('%j may be none', (value) => {
    const bundle = record({
      found: ({ id }) => (id === 'race/mode' ? factsOf({ value, unavailable: 0 }) : undefined),
    });
    expect(writeBundle(bundle)).not.toContain(value);
    expect(bundle.redactions).toContain('evidence.2.observation.facts.value');
  });

  /** A recording of a team's own look-up, whose sentence tells what it found. */
  function lookedUp(env: string, value: string): Bundle {
    const { evidence } = causes.race;
    const own = { ...causes.race, evidence: evidence.replace(/env: \w+/, `env: ${env}`) };
    return record({
      library: libraryOf({ ...causes, race: own }),
      found: ({ id }) => (id === 'race/mode' ? factsOf({ value, unavailable: 0 }) : undefined),
    });
  }

  test.each([
    ['DB_PASSWORD', 'correcthorse'],
    ['DB_PASSWORD', '12345678'],
    ['MY_AWS_VPC_K8S_CNI_PASSWORD', 'prng'],
    ['PIN', '1234'],
  ])('%s=%s is whatever it is', (env, value) => {
    const bundle = lookedUp(env, value);
    expect(bundle.redactions).toContain('evidence.2.observation.facts.value');
    const told = bundle.report.hypotheses.map(({ reason }) => reason);
    expect(JSON.stringify([bundle.evidence.map(({ observation }) => observation), told])).not.toContain(
      value,
    );
  });

  test.each(['true', '8', 'eu', ''])('%j is too little to be a secret, and stands everywhere', (value) => {
    expect(lookedUp('DB_PASSWORD', value).redactions).toEqual([]);
  });

  const read = readPlaybooks().flatMap(({ source }) =>
    [...source.matchAll(/^lookup: daemonset_env\n(?:\w+: .*\n)*?env: (\w+)$/gm)].map(([, env = '']) => env),
  );
  test.each(read)('%s, which a shipped playbook reads, may hold a plain setting', (env) => {
    expect(lookedUp(env, 'prng').redactions).toEqual([]);
    expect(lookedUp(env, 'hunter2').redactions).not.toEqual([]);
  });

  test.each([
    // As Prometheus encodes a query with pods.
    [
      'http://127.0.0.1:9090/graph?g0.expr=sum+by+%28pod%2C+container%29+%28rate%28x%7Bpod%3D%7E%22checkout-27q7bnh8f-57tqk%7Ccheckout-27q7bnh8f-md47d%22%7D%5B5m%5D%29%29&g0.tab=0',
      undefined,
    ],
    [
      'http://app:hunter2@prometheus:9090/graph?g0.expr=up',
      'http://[redacted]@prometheus:9090/graph?g0.expr=up',
    ],
    [
      'http://prometheus:9090/graph?g0.expr=x%7Ba%3D%22AKIAIOSFODNN7EXAMPLE%22%7D',
      'http://prometheus:9090/graph?[redacted]',
    ],
    ['http://prometheus:9090/graph?g0.expr=%E0%A4%A', 'http://prometheus:9090/graph?[redacted]'],
  ])('a link to %.60s', (link, expected = link) => {
    const bundle = record({ change: (evidence) => ({ ...evidence, link }) });
    expect(bundle.evidence[0]?.link).toBe(expected);
    expect(bundle.report.evidence[0]?.link).toBe(expected);
  });

  test('people are no part of what is found', () => {
    const bundle = record({
      found: ({ id }) =>
        id === 'race/mode'
          ? { status: 'unavailable', why: { reason: 'rejected', detail: 'ask U024BE7LH or <@U0ALICE>' } }
          : undefined,
    });
    expect(bundle.report.hypotheses[1]?.reason).toBe('ask [redacted] or <@[redacted]>');
  });
});

describe('size', () => {
  const wide = seriesOf(
    Object.fromEntries(
      Array.from({ length: 100 }, (_, node) => [
        `node-${node}`,
        Array.from({ length: 120 }, () => Math.PI * node),
      ]),
    ),
  );
  const lengthOf = (bundle: Bundle): number => Buffer.byteLength(JSON.stringify(bundle));

  test('what is small enough is whole', () => {
    const whole = record({ found: ({ id }) => (id.startsWith('drops/') ? wide : undefined) });
    expect(whole.cuts).toEqual([]);
    expect(lengthOf(whole)).toBeGreaterThan(500_000);
  });

  test.each([
    [400_000, ['drops/course']],
    [50_000, ['drops/course', 'drops/lost']],
  ])('at most %i bytes: first what no rule reads, then the largest', (maxBytes, cuts) => {
    const bundle = record({ maxBytes, found: ({ id }) => (id.startsWith('drops/') ? wide : undefined) });
    expect(bundle.cuts).toEqual(cuts);
    expect(lengthOf(bundle)).toBeLessThanOrEqual(maxBytes);
    expect(bundle.evidence.find(({ request }) => request.id === cuts[0])?.observation).toMatchObject({
      samples: 12_000,
      series: [],
    });
    expect(Bundle.safeParse(JSON.parse(writeBundle(bundle))).success).toBe(true);
  });

  test('what was cut has no redactions', () => {
    const secret = ['xoxb', '1234567890', 'AbCdEfGhIjKl'].join('-');
    const found = seriesOf({ [secret]: Array.from({ length: 1000 }, () => Math.E) });
    const bundle = record({
      maxBytes: 10_000,
      found: ({ id }) => (id === 'drops/course' ? found : undefined),
    });
    expect(bundle.redactions).toEqual([]);
  });
});
