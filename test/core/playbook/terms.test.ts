import { describe, expect, test } from '@jest/globals';
import type { Observation } from '../../../core/evidence.ts';
import { decide } from '../../../core/decide.ts';
import { parseCause } from '../../../core/playbook/cause.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import {
  causeOf,
  causeText,
  context,
  lookup,
  probe,
  promql,
  term,
  type CauseParts,
} from '../../support/causes.ts';
import { observedValue } from '../../support/evidence.ts';

const evidence = [
  promql('drops', 'drops', 'unit=count'),
  promql('age', 'age', 'unit=seconds'),
  probe('dial', 'probe: tcp\nto: $destination\nfrom: [pod, other-node]\nattempts: 300'),
];

const mistakesOf = (parts: CauseParts): string[] => {
  const parsed = parseCause(causeText(parts), 'causes/one.md');
  return 'problems' in parsed ? parsed.problems.map((one) => formatProblem(one).replace(/^\S+ /, '')) : [];
};

describe('a term', () => {
  test('stands for an expression, in rules, sentences and terms after it', () => {
    const { confirmedWhen, otherwise } = causeOf({
      evidence,
      terms: [
        term('most', 'drops.max'),
        term('twice', '2.0 * most'),
        term('elsewhere', 'dial.from("other-node")'),
      ],
      confirmed: [{ when: 'twice > 5.0', says: '{most} and {twice}.', culprit: '{most} packets' }],
      stands: ['elsewhere.failed > 0.0'],
    });
    const seen = new Map([['drops', observedValue(3)]]);
    const [rule] = confirmedWhen;
    expect(rule?.when).toMatchObject({ reads: ['drops'], terms: ['most', 'twice'] });
    expect(rule?.when.evaluate(seen, context)).toEqual({ value: true });
    expect(rule?.because.render(seen, context)).toBe('3 and 6.');
    expect(rule?.culprit?.render(seen, context)).toBe('3 packets');
    expect(otherwise.terms).toEqual([]);
  });

  test('of evidence that could not be had makes undecided what it matters to, and nothing else', () => {
    const cause = causeOf({
      evidence,
      terms: [term('old', 'age.max > 60.0')],
      eliminated: ['drops.max > 5.0 || old'],
      confirmed: ['drops.max < 1.0 && old'],
    });
    const seen = (drops: number): ReadonlyMap<string, Observation> =>
      new Map([
        ['drops', observedValue(drops)],
        ['age', { status: 'unavailable', why: { reason: 'forbidden', detail: 'nobody may look' } }],
      ]);
    expect(decide(cause, seen(9), context).status).toBe('eliminated');
    expect(decide(cause, seen(3), context)).toMatchObject({ status: 'unchecked', reason: 'nobody may look' });
  });

  test('is printed in the unit of what it stands for', () => {
    const { confirmedWhen } = causeOf({
      evidence,
      terms: [term('oldest', 'age.max')],
      confirmed: [{ when: 'oldest > 1.0', says: '{oldest}' }],
    });
    expect(confirmedWhen[0]?.because.render(new Map([['age', observedValue(90)]]), context)).toBe('90 s');
  });

  test('of attempts is told by its arms and labels', () => {
    expect(
      mistakesOf({
        evidence,
        terms: [term('here', 'dial.from("pod")')],
        confirmed: ['here.where("zone", "a").failed > 0.0'],
      }),
    ).toEqual(['Unexpected label zone, expected to, error, client, backend, source_port']);
  });

  test.each<[string, readonly string[], string, readonly string[]]>([
    [
      'a name that evidence has',
      [term('drops', '1.0')],
      'drops.max > 1.0',
      ['Unexpected second drops, expected a name of its own'],
    ],
    [
      'a word of CEL',
      [term('in', '1.0')],
      'true',
      ['Unexpected name in, expected one that CEL does not keep for itself'],
    ],
    [
      'no name',
      ['### Many\n\n```cel\n1.0\n```\n'],
      'true',
      ['Unexpected heading, expected a name in code, as in "### `insert_failed` Lost insertions"'],
    ],
    [
      'nothing to stand for',
      ['### `many` Many\n'],
      'true',
      ['Unexpected many without a cel block, expected what it stands for'],
    ],
    [
      'no piece',
      ['Prose.'],
      'true',
      ['Unexpected empty section, expected a "### `name` What it is" with a cel block'],
    ],
    [
      'a mistake, which is said once',
      [term('many', 'drops.mx')],
      'many > 1.0 && many < 9.0',
      ['Unexpected fact mx, expected a fact of that evidence; did you mean max?'],
    ],
    [
      'a term that comes later',
      [term('twice', '2.0 * most'), term('most', 'drops.max')],
      'twice > most',
      ['Unexpected name most, expected the name of evidence declared in this file'],
    ],
    [
      'two units',
      [term('odd', 'drops.max + age.max')],
      'odd > 1.0',
      ['Unexpected seconds, expected count as on the left of +'],
    ],
    [
      'a unit that does not fit where it is used',
      [term('most', 'drops.max')],
      'most > age.max',
      ['Unexpected seconds, expected count as on the left of >'],
    ],
    [
      'no reader',
      [term('most', 'drops.max')],
      'true',
      ['Unexpected term most, expected a rule or sentence that reads it'],
    ],
  ])('with %s', (_, terms, confirmed, mistakes) => {
    expect(mistakesOf({ evidence, terms, confirmed: [confirmed] })).toEqual(mistakes);
  });

  test('is not a whole look-up', () => {
    expect(
      mistakesOf({
        evidence: [lookup('pods', 'lookup: workload')],
        terms: [term('those', 'pods')],
        confirmed: ['those.pods > 1.0'],
      }),
    ).toEqual(['Unexpected pods as a whole, expected one of its facts, as in pods.pods']);
  });
});
