import { describe, expect, test } from '@jest/globals';
import { probeBudgetSeconds } from '../../core/cost.ts';
import type { EvidenceRequest, Observation } from '../../core/evidence.ts';
import { nextStep, type NextStep } from '../../core/next-step.ts';
import type { Cause } from '../../core/playbook/cause.ts';
import { causeOf, probe } from '../support/causes.ts';
import { evidenceOf } from '../support/evidence.ts';
import { asked, blind, causeFor, failing, planOf, seen, tcp, well } from '../support/planned.ts';

/** Takes so many seconds, from 5.05 to 155. */
const udp = (name: string, seconds: number, more = ''): string =>
  probe(name, `probe: udp\nto: ${name}:1\nfrom: [pod]\nattempts: ${Math.round((seconds - 5) * 20)}\n${more}`);
/** Takes so many seconds, from 16 to 295. */
const idle = (name: string, seconds: number): string =>
  probe(name, `probe: idle\nto: ${name}:1\nfrom: [pod]\nwaits: "${seconds - 15}"`);

describe('the time for probes', () => {
  test.each<[number, string[]]>([
    [150, ['one/a', 'two/b']],
    [150.05, ['one/a']],
  ])('is 300 s for all of a round together: 150 s and %d s', (seconds, next) => {
    expect(probeBudgetSeconds).toBe(300);
    expect(asked(planOf(causeFor('one', udp('a', 150)), causeFor('two', udp('b', seconds))), {})).toEqual(
      next,
    );
  });

  test('is for those that bring the most for theirs: the dearest is left out', () => {
    const [dearest, dear, mild] = [
      causeFor('one', idle('dearest', 200)),
      causeFor('two', idle('dear', 150)),
      causeFor('three', tcp('mild', '', 'node')),
    ];
    expect(asked(planOf(dearest, dear, mild), {})).toEqual(['three/mild', 'two/dear']);
    expect(asked(planOf(dearest, mild), {})).toEqual(['three/mild', 'one/dearest']);
  });

  // Next to one of 140 s for one cause, which leaves no time for it.
  test.each<[string, number, string]>([
    ['more for its time', 279, 'two/z'],
    ['just as much: what comes first by name', 280, 'one/a'],
    ['less for its time', 281, 'one/a'],
  ])('a probe that two causes share brings %s', (_, seconds, next) => {
    const both = idle('z', seconds);
    const planned = planOf(causeFor('two', both), causeFor('three', both), causeFor('one', udp('a', 140)));
    expect(asked(planned, {})).toEqual([next]);
  });

  test.each<[string, string[]]>([
    ['settles nothing alone', [`${failing('a')} && ${failing('b')}`, failing('z')]],
    [
      'is worth what it is to the rule that it can settle soonest',
      [`${failing('a')} && ${failing('z')}`, failing('z')],
    ],
  ])('a probe that %s', (_, confirmed) => {
    const evidence = ['a', 'b', 'z'].map((name) => udp(name, 151));
    expect(asked(planOf(causeOf({ evidence, confirmed })), {})).toEqual(['one/z']);
  });

  test('that one probe cannot have is for those that bring less', () => {
    const shared = (name: string, seconds: number, ...ids: readonly string[]): Cause[] =>
      ids.map((id) => causeFor(id, udp(name, seconds)));
    const planned = planOf(
      ...shared('x', 155, 'one', 'two', 'three'),
      ...shared('y', 155, 'four', 'five'),
      ...shared('z', 145, 'six'),
    );
    expect(asked(planned, {})).toEqual(['one/x', 'six/z']);
  });

  test.each<[number, Observation, string[] | 'done']>([
    [293, well(), ['two/q']],
    [294, well(), 'done'],
    // What could not be made took no time of anybody.
    [294, blind, ['two/q']],
  ])('is spent by what was made: 7 s, then %d s', (seconds, first, next) => {
    const planned = planOf(causeFor('one', tcp('p')), causeFor('two', idle('q', seconds)));
    expect(asked(planned, { 'one/p': first })).toEqual(next);
  });
});

describe('the time for more attempts', () => {
  const requestsOf = (step: NextStep): readonly EvidenceRequest[] =>
    step.kind === 'done' ? [] : step.requests;
  /** Takes 10 s at first, and so many more. */
  const cautious = (id: string, seconds: number): Cause =>
    causeOf({
      id,
      evidence: [udp('p', 10, `up_to: ${100 + (seconds - 5) * 20}`).replace('to: p', `to: ${id}`)],
      eliminated: ['rarer(p.failed, p.count, 0.002)'],
    });

  test.each<[number, string[]]>([
    [140, ['one/p#2', 'two/p#2']],
    [141, ['one/p#2']],
  ])('is what the first left, for all together: twice 10 s, 140 s and %i s', (seconds, next) => {
    const planned = planOf(cautious('one', 140), cautious('two', seconds));
    expect(asked(planned, { 'one/p': well(), 'two/p': well() })).toEqual(next);
  });

  test.each<[string, Observation, string[]]>([
    ['is spent by what was made', well(2700, 0, 100), []],
    ['is not spent by what could not be made', blind, ['two/p#2']],
  ])('%s', (_, more, next) => {
    const planned = planOf(cautious('one', 140), cautious('two', 141));
    const first = seen(planned, { 'one/p': well(), 'two/p': well() });
    const [request] = requestsOf(nextStep(planned, first));
    if (request === undefined) throw new Error('no more attempts');
    const then = nextStep(planned, new Map([...first, [request.id, evidenceOf(request, more)]]));
    expect(requestsOf(then).map(({ id }) => id)).toEqual(next);
  });

  test('is there although one probe cannot have the time it wants', () => {
    const planned = planOf(cautious('one', 140), causeFor('two', idle('q', 291)));
    expect(asked(planned, { 'one/p': well() })).toEqual(['one/p#2']);
  });
});
