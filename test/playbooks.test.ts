import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { testCauses, type CauseResult } from '../cli/playbooks/test-causes.ts';
import { missingCasesIn } from '../core/playbook/case-requirements.ts';
import type { StatedSeries } from '../core/playbook/series-notation.ts';
import { formatProblem } from '../core/playbook/problem.ts';
import { playbooksDirectory, readPlaybooks, shippedLibraryWithCases } from './support/playbooks.ts';

const library = shippedLibraryWithCases();
const { causes, symptoms } = library;
const missingCases = missingCasesIn(library);
const files = [...causes.values()].map((cause) => {
  const file = `playbooks/causes/${cause.id}.md`;
  return { file, cause, missing: missingCases.filter((one) => one.file === file) };
});

/** The same worlds, where another job of another Prometheus scrapes every target as well. */
const scrapedTwice = files.map((one) => ({
  ...one,
  file: `${one.file}, scraped twice`,
  cause: {
    ...one.cause,
    cases: one.cause.cases.map((tested) => ({ ...tested, series: twice(tested.series) })),
  },
}));

function twice(series: readonly StatedSeries[]): StatedSeries[] {
  const other = { job: 'b', prometheus: 'm/b', prometheus_replica: 'b-1', replica: '1', __replica__: '1' };
  const copies = series.map((one) => ({ ...one, labels: { ...one.labels, ...other } }));
  return [...series, ...copies];
}

let results: readonly CauseResult[];
beforeAll(async () => {
  results = await testCauses([...files, ...scrapedTwice]);
}, 120_000);

describe.each(files)('$file', ({ file, cause, missing }) => {
  const result = (name = file): CauseResult | undefined => results.find((one) => one.file === name);

  test.each([...cause.cases])('$name → $expect', (tested) => {
    const { mistakes, decision } = result()?.cases.find((one) => one.tested === tested) ?? {};
    expect({ mistakes, decision }).toEqual({ mistakes: [], decision });
  });

  test('decides alike, in the same words, where two jobs of two Prometheus scrape every target', () => {
    const decisions = (one: CauseResult | undefined): unknown =>
      one?.cases.map(({ tested, decision, mistakes }) => ({ name: tested.name, decision, mistakes }));
    expect(decisions(result(`${file}, scraped twice`))).toEqual(decisions(result()));
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
  const targets = linksIn(fromMarkdown(source));
  expect(targets.filter((target) => !existsSync(join(folder, target)))).toEqual([]);
});

function linksIn(node: Nodes): string[] {
  if (node.type === 'link') return [node.url];
  return 'children' in node ? node.children.flatMap(linksIn) : [];
}
