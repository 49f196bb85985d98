import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Code, Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString } from 'mdast-util-to-string';
import * as z from 'zod';
import { decide } from '../core/decide.ts';
import { parseCause, type Cause } from '../core/playbook/cause.ts';
import { formatProblem } from '../core/playbook/problem.ts';
import { VerdictStatus } from '../core/verdict.ts';
import { context } from './support/causes.ts';
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
  const parsed = examples.map((example) => {
    const result = parseCause(`${example.value}\n`, example.file);
    if ('problems' in result)
      throw new Error(`${example.page}: ${result.problems.map(formatProblem).join('\n')}`);
    return { ...example, cause: result.cause };
  });
  const rows = parsed.flatMap(({ cause }) => cause.cases.map((one) => ({ cause, ...one })));

  test('exist, and show a case of each verdict', () => {
    expect(parsed.length).toBeGreaterThan(0);
    for (const { cause } of parsed) expect(statusesOf(cause)).toEqual([...VerdictStatus.options].sort());
  });

  test.each(rows)('$cause.id: $name → $expect', ({ cause, given, expect: status, says, culprit }) => {
    const decision = decide(cause, given, context);
    expect(decision.status).toBe(status);
    expect(decision.reason).toContain(says ?? '');
    expect(decision.reason).not.toContain('(unknown)');
    if (culprit !== undefined) expect(decision.culprit).toBe(culprit);
  });

  test('docs/writing-playbooks.md shows the message that its mistake gives', () => {
    const [example] = parsed.filter(({ page }) => page === 'docs/writing-playbooks.md');
    const mistaken =
      example?.value.replace('rarer(failed.sum, requests.sum', 'rarer(failed.sum, requets.sum') ?? '';
    const result = parseCause(mistaken, example?.file ?? '');
    const messages = 'problems' in result ? result.problems.map(formatProblem) : [];
    expect(messages).toHaveLength(1);
    expect(codeOf('docs/writing-playbooks.md')).toContain(messages[0]);
  });
});

/** Those its cases show; a conflict is a fault of the rules, and needs no case. */
function statusesOf({ cases }: Cause): string[] {
  return [...new Set([...cases.map(({ expect: status }) => status), 'conflict'])].sort();
}
