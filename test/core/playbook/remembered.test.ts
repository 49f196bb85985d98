import { expect, test } from '@jest/globals';
import { decide } from '../../../core/decide.ts';
import type { Observation } from '../../../core/evidence.ts';
import type { Cause } from '../../../core/playbook/cause.ts';
import { remembered } from '../../../core/playbook/remembered.ts';
import type { Rule } from '../../../core/playbook/rules.ts';
import { causeOf, context, promql } from '../../support/causes.ts';
import { observedValue } from '../../support/evidence.ts';

const plain = causeOf({
  evidence: [promql('drops', 'drops', 'unit=count')],
  eliminated: [{ when: 'drops.max < 1.0', says: 'None.' }],
  confirmed: [{ when: 'drops.max > 10.0', says: '{drops.max} dropped.', culprit: 'somebody' }],
  stands: [{ when: 'drops.max > 5.0', says: 'Maybe.' }],
});

const seen = (drops: number): ReadonlyMap<string, Observation> => new Map([['drops', observedValue(drops)]]);

/** The same cause, and what its rules were asked, in their order. */
function counted(): { cause: Cause; asked: string[] } {
  const asked: string[] = [];
  const watch = (rule: Rule): Rule => ({
    ...rule,
    when: {
      ...rule.when,
      evaluate: (...about) => {
        asked.push(rule.when.text);
        return rule.when.evaluate(...about);
      },
    },
  });
  const cause = {
    ...plain,
    eliminatedWhen: plain.eliminatedWhen.map(watch),
    confirmedWhen: plain.confirmedWhen.map(watch),
  };
  return { cause, asked };
}

test.each([0, 3, 7, 12])('a remembered cause decides about %d drops as it would otherwise', (drops) => {
  const cause = remembered(plain);
  const observations = seen(drops);
  const decision = decide(plain, observations, context);
  expect(decide(cause, observations, context)).toEqual(decision);
  expect(decide(cause, observations, context)).toEqual(decision);
});

test('its rules are evaluated once for the same observations, and again for others', () => {
  const { cause, asked } = counted();
  const rules = remembered(cause);
  const [first, second] = [seen(12), seen(12)];
  decide(rules, first, context);
  decide(rules, first, context);
  expect(asked).toEqual(['drops.max < 1.0', 'drops.max > 10.0']);
  decide(rules, second, context);
  decide(rules, first, context);
  expect(asked).toHaveLength(4);
});

test('all else is as it was', () => {
  const { eliminatedWhen, confirmedWhen, ...rest } = remembered(plain);
  expect(plain).toMatchObject(rest);
  const written = (rules: readonly Rule[]): unknown[] =>
    rules.map(({ when, because, culprit, line }) => [when.text, when.reads, because, culprit, line]);
  expect(written(eliminatedWhen)).toEqual(written(plain.eliminatedWhen));
  expect(written(confirmedWhen)).toEqual(written(plain.confirmedWhen));
});
