import { describe, expect, test } from '@jest/globals';
import { causesFor, parseLibrary } from '../../../core/playbook/library.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import { readPlaybooks, shippedLibrary } from '../../support/playbooks.ts';

const causes = readPlaybooks().filter(({ path }) => path.endsWith('/no-ready-endpoints.md'));

function symptom(links: string, id = 'broken'): { path: string; source: string } {
  return {
    path: 'playbooks/broken.md',
    source: `---\nid: ${id}\ntitle: Broken\n---\n\nProse.\n\n## Causes\n\n${links}\n`,
  };
}

function problemsOf(file: { path: string; source: string }): string[] {
  const parsed = parseLibrary([file, ...causes]);
  return 'problems' in parsed ? parsed.problems.map(formatProblem) : [];
}

describe('parseLibrary', () => {
  test('takes the causes of a symptom from its links, in their order', () => {
    expect(problemsOf(symptom('- [One](causes/no-ready-endpoints.md): why'))).toEqual([]);
  });

  test.each([
    [
      'link to a cause that is not there',
      symptom('- [One](causes/no-ready-endpoints.md)\n- [Two](causes/no-such.md)'),
      '11:3 Unexpected link causes/no-such.md, expected a file of causes/',
    ],
    [
      'link out of the folder',
      symptom('- [Two](../causes/no-ready-endpoints.md)'),
      '10:3 Unexpected link ../causes/no-ready-endpoints.md, expected a file of causes/',
    ],
    [
      'id of another file',
      symptom('- [One](causes/no-ready-endpoints.md)', 'other'),
      '2:1 Unexpected id other, expected broken, the name of the file',
    ],
    [
      'no list of causes',
      symptom('None.'),
      '1:1 Unexpected end, expected a section "## Causes" with a list of links',
    ],
  ])('%s', (_, file, said) => {
    expect(problemsOf(file)).toEqual([`playbooks/broken.md:${said}`]);
  });

  test('reports the mistakes of every file at once', () => {
    const parsed = parseLibrary([
      { path: 'playbooks/causes/a.md', source: '' },
      { path: 'playbooks/causes/b.md', source: '' },
    ]);
    const files = 'problems' in parsed ? parsed.problems.map(({ file }) => file) : [];
    expect([...new Set(files)]).toEqual(['playbooks/causes/a.md', 'playbooks/causes/b.md']);
  });
});

describe('causesFor', () => {
  const library = shippedLibrary();
  const ids = (name?: string): string[] => causesFor(library, name).map(({ id }) => id);

  test('gives those of one symptom in its order', () => {
    expect(ids('dns-failures').slice(0, 2)).toEqual(['coredns-overload', 'dns-upstream-slow']);
  });

  test('gives every cause once where no symptom was named', () => {
    expect([...ids()].sort()).toEqual([...library.causes.keys()].sort());
    expect(new Set(ids()).size).toBe(ids().length);
  });

  test('gives none for a symptom that nobody wrote down', () => {
    expect(ids('no-such-symptom')).toEqual([]);
  });
});
