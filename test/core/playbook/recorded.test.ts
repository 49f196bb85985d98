import { expect, test } from '@jest/globals';
import { causesFor, parseLibrary, type Library, type PlaybookFile } from '../../../core/playbook/library.ts';
import { formatProblem } from '../../../core/playbook/problem.ts';
import {
  parseRecorded,
  playbooksFor,
  recordPlaybooks,
  type RecordedPlaybook,
} from '../../../core/playbook/recorded.ts';
import { causeText, promql } from '../../support/causes.ts';

/** `slow` leads to `drops`, which looks like `race`; `cut` leads to `race`; nothing leads to `spare`. */
const files: readonly PlaybookFile[] = [
  symptom('slow', 'drops'),
  symptom('cut', 'race'),
  cause('drops', 'race'),
  cause('race'),
  cause('spare'),
];

function symptom(id: string, leadsTo: string): PlaybookFile {
  const source = `---\nid: ${id}\ntitle: ${id}\nwhen: It is ${id}\n---\n\n## Causes\n\n- [${leadsTo}](causes/${leadsTo}.md)\n`;
  return { name: `${id}.md`, path: `playbooks/${id}.md`, source };
}

function cause(id: string, ...lookAlikes: readonly string[]): PlaybookFile {
  const row = '- { name: many, given: { drops: 3 }, expect: confirmed }';
  const source = causeText({ id, evidence: [promql('drops')], lookAlikes }).replace('[]', () => row);
  return { name: `causes/${id}.md`, path: `playbooks/causes/${id}.md`, source };
}

function libraryOf(parsed: ReturnType<typeof parseLibrary>): Library {
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.library;
}

const recorded = (): RecordedPlaybook[] => recordPlaybooks(libraryOf(parseLibrary(files)));
const pathsOf = (all: readonly { readonly path: string }[]): string[] => all.map(({ path }) => path);

test('a recording keeps all that decides: symptoms, their causes and what these look like', () => {
  expect(pathsOf(recorded())).toEqual(['causes/drops.md', 'causes/race.md', 'cut.md', 'slow.md']);
});

test('it keeps every text but its cases', () => {
  for (const { path, source } of recorded()) {
    const [before = '', cases] = files.find(({ name }) => name === path)?.source.split('\n## Cases') ?? [];
    expect(source).toBe(before);
    expect(cases !== undefined).toBe(path.startsWith('causes/'));
  }
});

test.each<[string, string | undefined, readonly string[], readonly string[]]>([
  ['a symptom', 'slow', ['drops', 'race'], ['causes/drops.md', 'causes/race.md', 'slow.md']],
  ['a symptom, some causes of which could not be', 'cut', [], ['cut.md']],
  ['any symptom', undefined, [], ['causes/drops.md', 'causes/race.md', 'cut.md', 'slow.md']],
])('of those, what decided about %s', (_, id, causes, paths) => {
  expect(pathsOf(playbooksFor(recorded(), id, causes))).toEqual(paths);
});

test('what was recorded is read as it was, whatever was left out, and has no cases', () => {
  const part = playbooksFor(recorded(), 'slow', ['drops']);
  const library = libraryOf(parseRecorded(part));
  expect(library.symptoms).toMatchObject([{ id: 'slow', causes: ['drops'] }]);
  expect(causesFor(library, 'slow')).toMatchObject([{ id: 'drops', lookAlikes: ['race'], cases: [] }]);
  expect(recordPlaybooks(library)).toEqual(part);
});

test('what this netcheck cannot read is said by the path in the recording', () => {
  const parsed = parseRecorded([{ path: 'causes/drops.md', source: 'No front matter' }]);
  expect('problems' in parsed && parsed.problems.map(formatProblem)).toEqual([
    'causes/drops.md:1:1 Unexpected start, expected front matter: id and title between two lines of ---',
  ]);
});
