import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { testCauses, type CauseResult } from '../cli/playbooks/test-causes.ts';
import { missingCasesIn } from '../core/playbook/case-requirements.ts';
import { formatProblem } from '../core/playbook/problem.ts';
import { playbooksDirectory, readPlaybooks, shippedLibrary } from './support/playbooks.ts';

const library = shippedLibrary();
const { causes, symptoms } = library;
const missingCases = missingCasesIn(library);
const files = [...causes.values()].map((cause) => {
  const file = `playbooks/causes/${cause.id}.md`;
  return { file, cause, missing: missingCases.filter((one) => one.file === file) };
});

let results: readonly CauseResult[];
beforeAll(async () => {
  results = await testCauses(files);
});

describe.each(files)('$file', ({ file, cause, missing }) => {
  const result = (): CauseResult | undefined => results.find((one) => one.file === file);

  test.each([...cause.cases])('$name → $expect', (tested) => {
    const { mistakes, decision } = result()?.cases.find((one) => one.tested === tested) ?? {};
    expect({ mistakes, decision }).toEqual({ mistakes: [], decision });
  });

  test('has no rule that the cases leave untested', () => {
    expect(result()?.untested.map(({ rule, message }) => `${file}:${rule.line} ${message}`)).toEqual([]);
  });

  test('shows a case of each verdict it can give, and of each double', () => {
    expect(missing.map(formatProblem)).toEqual([]);
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
