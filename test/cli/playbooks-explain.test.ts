import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { explainPlaybook } from '../../cli/playbooks/explain.ts';
import { parseLibrary, type Library } from '../../core/playbook/library.ts';
import { causeText, lookup, probe, promql } from '../support/causes.ts';
import { causeFile, symptomFile } from '../support/own-playbooks.ts';
import { shippedLibrary } from '../support/playbooks.ts';
import { killAll, startProcess, temporaryFolder, type Folder } from '../workers/support/lab.ts';

function libraryOf(files: Readonly<Record<string, string>>): Library {
  const parsed = parseLibrary(Object.entries(files).map(([name, source]) => ({ name, path: name, source })));
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.library;
}

const one = causeText({
  id: 'one',
  applies: 'target.destination != ""',
  evidence: [
    promql('drops', 'sum(\n  drops\n)', 'unit=count'),
    lookup('agent', 'lookup: daemonset_env\ndaemonset: aws-node\nenv: SNAT'),
    probe('dial', 'probe: tcp\nto: $destination\nfrom: [worker, node]\nattempts: 100\nup_to: 1000'),
  ],
  eliminated: [{ when: 'drops.sum < 1.0', says: '{drops.sum} drops.' }, 'dial.failed < 1.0'],
  confirmed: [{ when: 'drops.sum > 9.0', says: 'Many.', culprit: 'node {drops.top().labels["node"]}' }],
  stands: [{ when: 'drops.sum > 5.0', says: 'Several.' }],
  explains: 'drops.sum / 10.0',
  lookAlikes: ['two'],
  chart: promql('course', 'drops', 'range'),
}).replace('## Cases', '## Fix\n\nDrain the\nnode.\n\n```sh\nkubectl drain\n```\n\n## Cases');
const two = causeText({ id: 'two', network: false, evidence: [promql('drops', 'sum(\n  drops\n)')] });
const symptom = symptomFile('odd', 'Odd things', 'one').replace(
  'when: People say so',
  'when: People say so\nalerts: [Odd.*]\nmessages: ["what\\\\?"]',
);
const library = libraryOf({ 'odd.md': symptom, 'causes/one.md': one, 'causes/two.md': two });

function explained(id: string, columns = 80): string[] {
  return stripVTControlCharacters(explainPlaybook(id, library, { columns })).split('\n');
}

test('a cause: to whom it applies, what it asks and costs, its rules in order with what they say', () => {
  expect(explained('one').map((line) => line.trimEnd())).toEqual([
    'one: Title of one',
    'A cause of the network.',
    'Looked at only where target.destination != ""',
    '',
    'It looks at:',
    '  - drops: The drops',
    '    sum(',
    '      drops',
    '    )',
    '    in count, passive, about 1 s',
    '  - agent: The agent',
    '    look-up daemonset_env daemonset aws-node env SNAT',
    '    passive, about 1 s',
    '  - dial: The dial',
    '    probe tcp to $destination, 100 to 1000 attempts each from worker (the',
    '    worker) and node (the network of the node itself)',
    '    node, about 7 s, at most 25 s',
    '',
    'It is ruled out if one of these holds:',
    '  1. drops.sum < 1.0',
    '     “{drops.sum} drops.”',
    '  2. dial.failed < 1.0',
    '     “So.”',
    '',
    'It is found if one of these holds:',
    '  1. drops.sum > 9.0',
    '     “Many.”',
    '     Culprit: node {drops.top().labels["node"]}',
    '',
    'It stands anyway if one of these holds:',
    '  1. drops.sum > 5.0',
    '     “Several.”',
    '',
    'Otherwise it stands:',
    '  “Nothing. {dyn(agent) == dyn(agent) ? "" : ""}”',
    '',
    'Its share of the symptom:',
    '  drops.sum / 10.0',
    '  “So.”',
    '',
    'Looks like, so to be ruled out first:',
    '  two',
    '',
    'What to do then:',
    '  Drain the node.',
    '  kubectl drain',
    '',
    'Drawn once it is found:',
    '  The course',
  ]);
});

test('a symptom: what points to it, its causes and their doubles, each look once, what they cost', () => {
  expect(explained('odd')).toEqual([
    'odd: Odd things',
    'Meant when: People say so',
    'Alerts: Odd.*',
    'Messages: what\\?',
    '',
    '2 causes:',
    '  - one: Title of one; only where target.destination != ""',
    '  - two: Title of two; not listed, but looks like one',
    '',
    '3 looks (4 asked for, each made once):',
    '  - The drops (for one, two)',
    '  - The agent (look-up, for one)',
    '  - The dial (probe, for one)',
    '',
    'What they cost:',
    '  - passive: 2 at metrics and objects, all at once, in the time of the slowest',
    '  - node: 1 probe, 7 s, with all attempts allowed 25 s',
    'Probes are made where they can still settle a cause, side by side: as many as',
    '  would take 300 s one after the other.',
  ]);
});

const shipped = shippedLibrary();
const ids = [...shipped.causes.keys(), ...shipped.symptoms.map(({ id }) => id)];

test.each(ids)('%s fits into 80 columns, and into 40', (id) => {
  for (const columns of [80, 40]) {
    const said = stripVTControlCharacters(explainPlaybook(id, shipped, { columns }));
    expect(said.split('\n').filter((line) => line.trimEnd().length > columns)).toEqual([]);
  }
});

test.each([
  ['snat-port-rase', 'There is no cause and no symptom snat-port-rase. Did you mean snat-port-race?'],
  ['slow-conects', 'There is no cause and no symptom slow-conects. Did you mean slow-connects?'],
  ['xyzzyxyzzy', 'There is no cause and no symptom xyzzyxyzzy.'],
])('nothing called %s', (id, said) => {
  expect(() => explainPlaybook(id, shipped, {})).toThrow(said);
});

describe('netcheck playbooks explain', () => {
  let folder: Folder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());
  afterAll(() => killAll());

  test('knows the playbooks of a folder, named or set', async () => {
    const causes = await folder.folder('causes');
    await causes.write('moon.md', causeFile('moon', 'The moon is full'));
    const explain = async (args: readonly string[], env: Record<string, string>): Promise<unknown> => {
      const run = startProcess(['cli/netcheck.js', 'playbooks', 'explain', 'moon', ...args], env);
      const code = await run.exited;
      return { code, first: run.stdout().split('\n')[0], stderr: run.stderr() };
    };
    const known = { code: 0, first: 'moon: The moon is full', stderr: '' };
    expect(await explain(['--folder', folder.path], {})).toEqual(known);
    expect(await explain([], { NETCHECK_PLAYBOOKS: folder.path })).toEqual(known);
    expect(await explain([], {})).toEqual({
      code: 2,
      first: '',
      stderr: 'There is no cause and no symptom moon.\n',
    });
  });
});
