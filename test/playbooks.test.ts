import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { decide } from '../core/decide.ts';
import type { Cause } from '../core/playbook/cause.ts';
import type { Case } from '../core/playbook/cases.ts';
import { VerdictStatus } from '../core/verdict.ts';
import { playbooksDirectory, readPlaybooks, shippedLibrary } from './support/playbooks.ts';

const { causes, symptoms } = shippedLibrary();
const context = {
  target: { service: 'cart', namespace: 'shop', workload: 'Deployment/cart', nodes: 2 },
  window: '30 min',
  recent: '5 min',
};

describe.each([...causes.values()])('causes/$id', (cause: Cause) => {
  test.each([...cause.cases])('$name → $expect', ({ given, expect: status, says, culprit }: Case) => {
    const decision = decide(cause, given, context);

    expect(decision.status).toBe(status);
    expect(decision.reason).not.toContain('(unknown)');
    if (says !== undefined) expect(decision.reason).toContain(says);
    if (culprit !== undefined) expect(decision.culprit).toBe(culprit);
  });

  test('shows a case of each verdict it can give', () => {
    const shown = new Set(cause.cases.map(({ expect: status }) => status));
    expect([...shown].sort()).toEqual(VerdictStatus.options.filter((status) => status !== 'conflict').sort());
  });

  test('is listed by a symptom', () => {
    expect(
      symptoms.filter(({ causes: listed }) => listed.includes(cause.id)).map(({ id }) => id),
    ).not.toEqual([]);
  });
});

test.each(readPlaybooks())('every link of $path leads to a file', ({ path, source }) => {
  const folder = dirname(join(playbooksDirectory, '..', path));
  const links = [...source.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  expect(links.filter((target) => !existsSync(join(folder, target)))).toEqual([]);
});
