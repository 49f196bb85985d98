import { basename, dirname, join, normalize } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Code, Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString } from 'mdast-util-to-string';
import * as z from 'zod';
import { testCauses, type CauseResult } from '../cli/playbooks/test-causes.ts';
import { missingCases } from '../core/playbook/case-requirements.ts';
import { parseCause } from '../core/playbook/cause.ts';
import { formatProblem } from '../core/playbook/problem.ts';
import { shippedLibrary } from './support/playbooks.ts';
import { findFiles, isThere, read, settings } from './support/repository.ts';

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));
const pages = findFiles('*.md', 'docs/**/*.md', 'sim/**/*.md', 'playbooks/**/*.md');

function nodesIn(node: Nodes): Nodes[] {
  return [node, ...('children' in node ? node.children.flatMap(nodesIn) : [])];
}

const nodesOf = new Map(pages.map((page) => [page, nodesIn(fromMarkdown(read(page)))]));

/** What a page shows as code, in a line or in a block. */
function codeOf(page: string): string[] {
  return (nodesOf.get(page) ?? []).flatMap((node) =>
    node.type === 'inlineCode' || node.type === 'code' ? [node.value] : [],
  );
}

test('README.md stays below 150 lines', () => {
  expect(read('README.md').split('\n').length).toBeLessThanOrEqual(150);
});

describe.each(pages)('%s', (page) => {
  test('links to files that are there', () => {
    const broken = (nodesOf.get(page) ?? [])
      .flatMap((node) => (node.type === 'link' || node.type === 'image' ? [node.url] : []))
      .filter((url) => !/^[a-z]+:/.test(url))
      .filter((url) => !isTarget(page, url));
    expect(broken).toEqual([]);
  });

  test('names only npm scripts and netcheck commands that exist', () => {
    const text = codeOf(page).join('\n');
    const named = [...text.matchAll(/\bnpm run ([a-z:-]+)/g)].map(([, name = '']) => name);
    const commands = [...text.matchAll(/(?:^|npx )netcheck ([a-z]+)\b/gm)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(commands.filter((name) => !cliCommands.includes(name))).toEqual([]);
  });

  test('names only settings that are read', () => {
    const named = [...read(page).matchAll(/\b(?:NETCHECK|SLACK|PROMETHEUS)_[A-Z_]+\b/g)].map(
      ([name]) => name,
    );
    expect(named.filter((name) => !settings.has(name))).toEqual([]);
  });
});

const cliCommands = findFiles('cli/commands/*.ts').flatMap((file) =>
  [...read(file).matchAll(/\.command\('([a-z]+)'/g)].map(([, name = '']) => name),
);

function isTarget(page: string, url: string): boolean {
  const [path = '', fragment] = url.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  if (!isThere(target)) return false;
  return fragment === undefined || headingsOf(target).includes(fragment);
}

/** As GitHub makes anchors of headings. */
function headingsOf(page: string): string[] {
  return nodesIn(fromMarkdown(read(page)))
    .filter((node) => node.type === 'heading')
    .map((heading) =>
      toString(heading)
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    );
}

test('the README says where things live, by paths that are there', () => {
  const section = read('README.md').split('\n## Where things live\n')[1] ?? '';
  const paths = [...section.matchAll(/`([a-z][\w/.-]*)`/g)].map(([, path = '']) => path);
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.filter((path) => !isThere(path))).toEqual([]);
});

test('every setting has its place in docs/configuration.md', () => {
  const page = read('docs/configuration.md');
  expect([...settings].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

describe('decisions', () => {
  const decisions = findFiles('docs/decisions/*.md').filter((path) => !path.endsWith('README.md'));

  test('are numbered without gaps', () => {
    const numbers = decisions.map((path) => Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]));
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  test.each(decisions)('%s has its four parts and is one page', (path) => {
    const headings = [...read(path).matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(headings).toEqual(['Context', 'Decision', 'Consequences', 'Status']);
    expect(read(path).split('\n').length).toBeLessThanOrEqual(60);
  });
});

/** Whole causes that a page shows as an example. */
const examples = pages.flatMap((page) =>
  (nodesOf.get(page) ?? [])
    .filter((node): node is Code => node.type === 'code' && node.value.startsWith('---\nid: '))
    .map(({ value }) => {
      const file = `playbooks/causes/${/^id: (.*)$/m.exec(value)?.[1] ?? ''}.md`;
      return { page, file, value };
    }),
);

describe('example causes', () => {
  const { causes } = shippedLibrary();
  const parsed = examples.map(({ page, file, value }) => {
    const source = `${value}\n`;
    const known = new Set([...causes.keys(), basename(file, '.md')]);
    const result = parseCause(source, file, { known });
    if ('problems' in result) throw new Error(`${page}: ${result.problems.map(formatProblem).join('\n')}`);
    return { file, cause: result.cause, missing: missingCases(result.cause, { file, source, known }) };
  });
  let results: readonly CauseResult[];
  beforeAll(async () => {
    results = await testCauses(parsed);
  });

  test('exist, and pass their own test', () => {
    expect(parsed.length).toBeGreaterThan(0);
    for (const { missing, untested, cases } of results) {
      expect({ missing, untested }).toEqual({ missing: [], untested: [] });
      expect(cases.flatMap(({ tested, mistakes }) => mistakes.map((one) => [tested.name, one]))).toEqual([]);
    }
  });

  test.each([
    ['count, 0.01)', 'count, 1)'],
    ['unit=seconds', 'unit=second'],
    ['behind.max <= 0.0', 'behnd.max <= 0.0'],
    ['*synced : 1', '*synced: 1'],
    ['node=~"$nodes"', 'node="$nodes"'],
    [/\nIn the last [^]*?nodes\.\n/, ''],
    ['behind.max >= 60.0 &&', 'behind.max >= connects.failed &&'],
    ['Culprit: ', 'culprit: '],
    ['  look_alike: remote-down\n', ''],
  ])('docs/writing-playbooks.md shows the message for %s → %s', (right, wrong) => {
    const [example] = examples.filter(({ page }) => page === 'docs/writing-playbooks.md');
    if (example === undefined) throw new Error('no example');
    const source = `${example.value.replace(right, () => wrong)}\n`;
    const file = example.file.replace('playbooks/', 'my/');
    const known = new Set([...causes.keys(), basename(file, '.md')]);
    const result = parseCause(source, file, { known });
    const problems =
      'problems' in result ? result.problems : missingCases(result.cause, { file, source, known });
    const messages = problems.map(formatProblem);
    expect(messages).toHaveLength(1);
    expect(codeOf('docs/writing-playbooks.md').join('\n').split('\n')).toContain(messages[0]);
  });
});
