import { describe, expect, test } from '@jest/globals';
import type { Observation } from '../../../core/evidence.ts';
import { parseCause } from '../../../core/playbook/cause.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import type { Rule } from '../../../core/playbook/rules.ts';
import { causeOf, causeText, context, promql, type CauseParts } from '../../support/causes.ts';
import { observedValue } from '../../support/evidence.ts';

const evidence = [promql('drops', 'drops', 'unit=count'), promql('all', 'all', 'unit=count')];
const seen = new Map<string, Observation>([
  ['drops', observedValue(3)],
  ['all', observedValue(12)],
]);

function problemsOf(parts: CauseParts, edit = (source: string): string => source): string[] {
  const source = edit(causeText(parts));
  const parsed = parseCause(source, 'causes/one.md');
  if (!('problems' in parsed)) return [];
  // Places are told by what stands there.
  const lines = source.split('\n');
  return parsed.problems.map((one) => {
    const { line, column } = one;
    return `${lines[line - 1]?.slice(column - 1) ?? ''}: ${formatProblem(one).replace(/^\S+ /, '')}`;
  });
}

describe('rules', () => {
  const said = ({ because, culprit }: Rule): (string | undefined)[] => [
    because.render(seen, context),
    culprit?.render(seen, context),
  ];

  test('come in pairs of a condition and its sentence, in their order, with or without a culprit', () => {
    const { eliminatedWhen, confirmedWhen, standsWhen } = causeOf({
      evidence,
      eliminated: [{ when: 'drops.max < 1.0', says: '{drops.max} is little.' }],
      confirmed: [
        {
          when: 'drops.max > 2.0',
          says: '{drops.max} of\n{all.max}.',
          culprit: 'node of {target.service},\nlost',
        },
        { when: 'all.max > 20.0', says: 'Many.' },
      ],
      stands: [{ when: 'drops.max > 1.0', says: 'Maybe.' }],
    });
    expect(eliminatedWhen.map(said)).toEqual([['3 is little.', undefined]]);
    expect(confirmedWhen.map(said)).toEqual([
      ['3 of 12.', 'node of cart, lost'],
      ['Many.', undefined],
    ]);
    expect(standsWhen.map(said)).toEqual([['Maybe.', undefined]]);
    expect(confirmedWhen.map(({ when }) => when.reads)).toEqual([['drops'], ['all']]);
    expect(confirmedWhen.map(({ when }) => when.evaluate(seen, context))).toEqual([
      { value: true },
      { value: false },
    ]);
  });

  test('say where they stand', () => {
    const parts = { evidence, confirmed: ['drops.max > 2.0', 'all.max > 20.0'] };
    const lines = causeText(parts).split('\n');
    const places = causeOf(parts).confirmedWhen.map(({ line }) => lines[line - 1]);
    expect(places).toEqual(['drops.max > 2.0', 'all.max > 20.0']);
  });

  test('may have prose and other code around them', () => {
    const source = causeText({
      evidence,
      confirmed: ['drops.max > 2.0'],
      eliminated: ['all.max < 1.0'],
    }).replace(
      '## Confirmed when\n',
      '## Confirmed when\n\nMore than two are too many.\n\n```sh\necho\n```\n',
    );
    const parsed = parseCause(source, 'causes/one.md');
    expect('cause' in parsed && parsed.cause.confirmedWhen.map(({ when }) => when.reads)).toEqual([
      ['drops'],
    ]);
  });

  test('are none of what a section does not have', () => {
    expect(causeOf({ evidence }).standsWhen).toEqual([]);
  });

  test.each<[string, CauseParts, string]>([
    [
      'a rule without a sentence',
      { evidence, stands: [{ when: 'drops.max > 1.0', says: '' }] },
      'drops.max > 1.0: Unexpected rule without a sentence, expected a paragraph below it',
    ],
    [
      'a rule whose sentence is no paragraph',
      { evidence, stands: [{ when: 'drops.max > 1.0', says: '- So.' }] },
      'drops.max > 1.0: Unexpected rule without a sentence, expected a paragraph below it',
    ],
    [
      'a rule that is no condition',
      { evidence, stands: ['drops.max'] },
      'drops.max: Unexpected rule of type double, expected bool',
    ],
    [
      'a rule of which nobody knows whether it is a condition',
      { evidence, stands: ['dyn(drops.max)'] },
      'dyn(drops.max): Unexpected rule of type dyn, expected bool',
    ],
    [
      'a culprit without a colon',
      { evidence, stands: [{ when: 'drops.max > 1.0', says: 'So.\n\nCulprit somebody' }] },
      'Culprit somebody: Unexpected Culprit, expected "Culprit: " and who did it',
    ],
    [
      'a culprit without a space behind its colon',
      { evidence, stands: [{ when: 'drops.max > 1.0', says: 'So.\n\nCulprit:somebody' }] },
      'Culprit:somebody: Unexpected Culprit:, expected "Culprit: " and who did it',
    ],
    [
      'a culprit nobody declared',
      { evidence, confirmed: [{ when: 'drops.max > 2.0', culprit: '{drop.max}' }] },
      'drop.max}: Unexpected name drop, expected the name of evidence declared in this file; did you mean drops?',
    ],
  ])('%s is refused', (_, parts, said) => {
    expect(problemsOf(parts)).toEqual([said]);
  });

  test('a section without any is refused', () => {
    expect(
      problemsOf({ evidence, stands: ['drops.max > 1.0'] }, (source) =>
        source.replace(/(## Stands when\n)[^]*?\n(?=## Otherwise)/, '$1\nProse.\n\n'),
      ),
    ).toEqual(['## Stands when: Unexpected empty section, expected a cel rule']);
  });

  test('prose about a culprit is none', () => {
    const prose = 'Who is the culprit: nobody knows. Culprit: nobody';
    const { standsWhen } = causeOf({
      evidence,
      stands: [{ when: 'drops.max > 1.0', says: `So.\n\n${prose}` }],
    });
    expect(standsWhen).toHaveLength(1);
    expect(standsWhen[0]).not.toHaveProperty('culprit');
  });

  test('of all that is wrong with a section only what is wrong is said', () => {
    expect(
      problemsOf({
        evidence,
        stands: [
          { when: 'drops.maxi > 1.0', says: '{all.max}.' },
          { when: 'all.max > 1.0', says: '' },
        ],
      }),
    ).toEqual([
      'maxi > 1.0: Unexpected fact maxi, expected a fact of that evidence; did you mean max?',
      'all.max > 1.0: Unexpected rule without a sentence, expected a paragraph below it',
    ]);
  });

  test('a culprit behind another paragraph is none', () => {
    const source = causeText({
      evidence,
      confirmed: [{ when: 'drops.max > 2.0', culprit: 'somebody' }],
    }).replace('Culprit: ', 'More.\n\nCulprit: ');
    const parsed = parseCause(source, 'causes/one.md');
    expect('cause' in parsed && parsed.cause.confirmedWhen[0]).not.toHaveProperty('culprit');
  });
});

test('what is said otherwise is a sentence, not a list', () => {
  expect(
    problemsOf({ evidence, eliminated: ['drops.max + all.max < 1.0'] }, (source) =>
      source.replace('Nothing.', '- Nothing.'),
    ),
  ).toEqual(['## Otherwise: Unexpected empty section, expected one sentence']);
});

describe('how much a cause explains', () => {
  const says = (explains: string): CauseParts => ({ evidence, explains });

  test('is a share, and a sentence that says so', () => {
    const source = causeText(says('drops.max / all.max')).replace(
      /(## Explains[^]*?\n\n)So\./,
      '$1It is {drops.max / all.max} of it.',
    );
    const parsed = parseCause(source, 'causes/one.md');
    const explains = 'cause' in parsed ? parsed.cause.explains : undefined;
    expect(explains?.share.evaluate(seen, context)).toEqual({ value: 0.25 });
    expect(explains?.because.render(seen, context)).toBe('It is 25 % of it.');
  });

  test('may have prose and other code above it', () => {
    const source = causeText(says('drops.max / all.max')).replace(
      '## Explains\n',
      '## Explains\n\nAs a share.\n\n```sh\necho\n```\n',
    );
    const parsed = parseCause(source, 'causes/one.md');
    expect('cause' in parsed && parsed.cause.explains?.share.evaluate(seen, context)).toEqual({
      value: 0.25,
    });
  });

  test('is not said by every cause', () => {
    expect(causeOf({ evidence })).not.toHaveProperty('explains');
  });

  test('may read what nothing else reads, in its share or in its sentence', () => {
    const source = (sentence: string, share: string): string =>
      causeText({
        evidence,
        eliminated: ['drops.max < 1.0'],
        confirmed: ['drops.max > 1.0'],
        explains: share,
      })
        .replace(/(## Explains[^]*?\n\n)So\./, `$1${sentence}`)
        .replace(/Nothing\..*/, 'Nothing.');
    expect(parseCause(source('So.', 'all.max / 100.0'), 'causes/one.md')).toHaveProperty('cause');
    expect(parseCause(source('{all.max} in all.', 'drops.max / 100.0'), 'causes/one.md')).toHaveProperty(
      'cause',
    );
    expect(parseCause(source('So.', 'drops.max / 100.0'), 'causes/one.md')).toHaveProperty('problems');
  });

  test.each<[string, string, (source: string) => string, string]>([
    [
      'no share',
      'drops.max > 1.0',
      (source) => source,
      'drops.max > 1.0: Unexpected bool, expected a share from 0.0 to 1.0',
    ],
    [
      'an unknown name',
      'drop.max',
      (source) => source,
      'drop.max: Unexpected name drop, expected the name of evidence declared in this file; did you mean drops?',
    ],
    [
      'no sentence',
      'drops.max / all.max',
      (source) => source.replace(/(## Explains[^]*?\n\n)So\./, '$1'),
      '## Explains: Unexpected empty section, expected a cel block with a share and a paragraph that says it',
    ],
    [
      'a sentence alone',
      'drops.max / all.max',
      (source) => source.replace(/(## Explains\n\n)```cel[^]*?```\n/, '$1'),
      '## Explains: Unexpected empty section, expected a cel block with a share and a paragraph that says it',
    ],
    [
      'no share at all',
      'drops.max / all.max',
      (source) => source.replace(/(## Explains\n\n)```cel/, '$1```js'),
      '## Explains: Unexpected empty section, expected a cel block with a share and a paragraph that says it',
    ],
  ])('with %s is refused', (_, share, edit, said) => {
    expect(problemsOf(says(share), edit)).toEqual([said]);
  });
});
