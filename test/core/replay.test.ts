import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openBundle, writeBundle, type Bundle } from '../../core/bundle.ts';
import type { EvidenceRequest, Observation } from '../../core/evidence.ts';
import type { Library } from '../../core/playbook/library.ts';
import { replay, type Replay } from '../../core/replay.ts';
import { shippedLibrary } from '../support/playbooks.ts';
import { causes, factsOf, libraryOf, record, seriesOf, type CauseText } from '../support/recordings.ts';

function again(bundle: Bundle, library?: Library): Replay {
  const opened = openBundle(writeBundle(bundle));
  if ('problem' in opened) throw new Error(opened.problem);
  const replayed = replay(opened.bundle, library);
  if ('problems' in replayed) throw new Error(JSON.stringify(replayed.problems));
  return replayed;
}

/** The library with one of its causes changed. */
function changed(id: keyof typeof causes, change: Partial<CauseText>): Library {
  return libraryOf({ ...causes, [id]: { ...causes[id], ...change } });
}

describe('by its own playbooks', () => {
  test('comes to the report that was recorded, to the letter', () => {
    const bundle = record();
    expect(bundle.report.conclusion).toMatchObject({ kind: 'cause-found', causes: ['drops'] });
    expect(bundle.report.evidence.map(({ id }) => id)).toContain('drops/course');
    const { report, differences } = again(bundle);
    expect(differences).toEqual([]);
    expect(JSON.stringify(report)).toBe(JSON.stringify(bundle.report));
  });

  test('needs no cases, and no more than what decided', () => {
    const { playbooks } = record();
    expect(playbooks.map(({ path }) => path)).toEqual(['causes/drops.md', 'causes/race.md', 'slow.md']);
    for (const { source } of playbooks) expect(source).not.toContain('Cases');
  });

  test('the shipped ones, whatever was found', () => {
    const library = shippedLibrary();
    const number = fc.oneof(
      fc.constantFrom(0, 0.01, 0.5, 1, 30, 5000),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.array(number, { minLength: 40, maxLength: 40 }), (numbers) => {
        let turn = 0;
        const next = (): number => numbers[turn++ % numbers.length] ?? 0;
        const found = (request: EvidenceRequest): Observation => {
          if (request.source === 'promql')
            return seriesOf({ 'node-a': [next(), next()], 'node-b': [next()] });
          return next() > 20
            ? { status: 'unavailable', why: { reason: 'forbidden', detail: 'may not look' } }
            : factsOf({
                ready: next(),
                pods: next(),
                selector: 'app=cart',
                cpu_limited: next(),
                containers: 2,
              });
        };
        const bundle = record({ library, found });
        const { report, differences } = again(bundle);
        expect(differences).toEqual([]);
        expect(report).toEqual(bundle.report);
        expect(JSON.stringify(report)).toBe(JSON.stringify(bundle.report));
      }),
      { numRuns: 15 },
    );
  });

  test('that this netcheck cannot read are named with their mistakes', () => {
    const bundle = record();
    const playbooks = bundle.playbooks.map(({ path, source }) => ({
      path,
      source: source.replace('lost.max > 10.0', 'lost.most > 10.0'),
    }));
    expect(replay({ ...bundle, playbooks })).toMatchObject({ problems: [{ file: 'causes/drops.md' }] });
  });
});

describe('by other playbooks', () => {
  test('that are the same finds no difference', () => {
    const { report, differences } = again(record(), libraryOf());
    expect(differences).toEqual([]);
    expect(report).toEqual(record().report);
  });

  test('with another rule tells what was and what is', () => {
    const library = changed('drops', {
      confirmed: causes.drops.confirmed.replace('10.0', '50.0'),
    });
    const { report, differences } = again(record(), library);
    expect(report.timings).toEqual(record().report.timings);
    expect(differences).toMatchObject([
      { kind: 'conclusion', before: { kind: 'cause-found' }, after: { kind: 'narrowed' } },
      {
        kind: 'verdict',
        before: { cause: 'drops', status: 'confirmed', reason: '41 packets were lost on node-a.' },
        after: { cause: 'drops', status: 'standing', reason: 'Nobody knows.' },
      },
    ]);
    expect(differences[1]).not.toHaveProperty('because');
  });

  test('finds the same look under another name', () => {
    const { drops } = causes;
    const renamed = Object.fromEntries(
      Object.entries(drops).map(([part, text]: [string, string]) => [
        part,
        text.replaceAll('lost', 'gone').replaceAll('gone_total', 'lost_total'),
      ]),
    );
    const { report, differences } = again(record(), changed('drops', renamed));
    expect(report.hypotheses[0]).toMatchObject({
      status: 'confirmed',
      evidence: ['drops/gone', 'drops/course'],
    });
    expect(differences).toMatchObject([
      { kind: 'conclusion' },
      { kind: 'verdict', after: { reason: '41 packets were gone on node-a.' } },
    ]);
  });

  test('that ask something else under the old name get no answer from the recording', () => {
    const library = changed('drops', {
      evidence: causes.drops.evidence.replace('lost_total{', 'lost_bytes_total{'),
    });
    const [, verdict] = again(record(), library).differences;
    expect(verdict).toMatchObject({
      after: { cause: 'drops', status: 'unchecked', reason: 'Packets lost: not in the recording' },
    });
  });

  test('with causes more and less', () => {
    const { drops } = causes;
    const library = libraryOf({ drops, leaks: drops });
    expect(again(record(), library).differences.slice(1)).toMatchObject([
      { kind: 'added', after: { cause: 'leaks', status: 'confirmed' } },
      { kind: 'removed', before: { cause: 'race', status: 'eliminated' } },
    ]);
  });
});

describe('of a recording that lost something', () => {
  const secret = 'Tr0ub4dor-and-3';

  test('says where a redacted value decided', () => {
    const library = changed('race', {
      confirmed: causes.race.confirmed.replace('"none"', `"${secret}"`),
    });
    const bundle = record({
      library,
      found: ({ id }) => (id === 'race/mode' ? factsOf({ value: secret, unavailable: 0 }) : undefined),
    });
    expect(again(bundle).differences).toMatchObject([
      { kind: 'conclusion' },
      {
        kind: 'verdict',
        before: { status: 'confirmed' },
        after: { status: 'standing' },
        because: 'redacted',
      },
    ]);
  });

  test('a redacted value that is only told makes no difference', () => {
    const library = changed('race', {
      confirmed: causes.race.confirmed.replace('== "none"', '!= "prng"'),
    });
    const bundle = record({
      library,
      found: ({ id }) => (id === 'race/mode' ? factsOf({ value: secret, unavailable: 0 }) : undefined),
    });
    expect(bundle.report.hypotheses[1]?.reason).toBe('Ports are chosen by [redacted].');
    const { report, differences } = again(bundle);
    expect(differences).toEqual([]);
    expect(report).toEqual(bundle.report);
  });

  const long = seriesOf({ 'node-a': Array.from({ length: 500 }, (_, index) => index / 7), 'node-b': [0] });

  test('a chart that was cut makes no difference', () => {
    const bundle = record({
      maxBytes: 10_000,
      found: ({ id }) => (id === 'drops/course' ? long : undefined),
    });
    expect(bundle.cuts).toEqual(['drops/course']);
    const { report, differences } = again(bundle);
    expect(differences).toEqual([]);
    expect(JSON.stringify(report)).toBe(JSON.stringify(bundle.report));
  });

  test('says which verdict cannot be decided anew for want of samples', () => {
    const bundle = record({ maxBytes: 10_000, found: ({ id }) => (id === 'drops/lost' ? long : undefined) });
    expect(bundle.cuts).toEqual(['drops/course', 'drops/lost']);
    expect(again(bundle).differences).toMatchObject([
      { kind: 'conclusion' },
      {
        kind: 'verdict',
        before: { cause: 'drops', status: 'confirmed' },
        after: { status: 'unchecked', reason: 'Packets lost: left out of the recording for its size' },
        because: 'cut',
      },
    ]);
  });
});
