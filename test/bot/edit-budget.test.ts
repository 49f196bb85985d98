import { describe, expect, test } from '@jest/globals';
import { EditBudget } from '../../bot/slack/edit-budget.ts';

describe('what may be edited in a minute', () => {
  const takeAll = (budget: EditBudget, kind: 'live' | 'final', now: number): number => {
    let taken = 0;
    while (budget.take(kind, now)) taken += 1;
    return taken;
  };

  test('final states have a reserve that live ones leave', () => {
    const budget = new EditBudget(0);
    expect(takeAll(budget, 'live', 0)).toBe(40);
    expect(takeAll(budget, 'final', 0)).toBe(10);
  });

  test('fills again evenly, and never beyond a minute', () => {
    const budget = new EditBudget(0);
    takeAll(budget, 'final', 0);
    expect(takeAll(budget, 'final', 6000)).toBe(5);
    expect(takeAll(budget, 'final', 3_600_000)).toBe(50);
  });

  test('rests as long as Slack says', () => {
    const budget = new EditBudget(0);
    budget.pause(3000);
    budget.pause(1000);
    expect(budget.take('final', 2999)).toBe(false);
    expect(budget.take('final', 3000)).toBe(true);
  });
});
