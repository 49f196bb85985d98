import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadPlaybooks } from '../../platform/playbooks.ts';
import { causeFile, symptomFile } from '../support/own-playbooks.ts';
import { killAll, startProcess, temporaryFolder, type Folder } from '../workers/support/lab.ts';

let folder: Folder;
let causes: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
  causes = await folder.folder('causes');
});
afterEach(() => folder.remove());
afterAll(() => killAll());

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function check(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const run = startProcess(['cli/netcheck.js', 'playbooks', 'check', ...args], env);
  return { code: await run.exited, stdout: run.stdout(), stderr: run.stderr() };
}

describe('netcheck playbooks check', () => {
  test('of a folder loads it on top of the shipped ones, and says what it brings', async () => {
    await folder.write('odd.md', symptomFile('odd', 'Odd', 'moon', 'no-ready-endpoints'));
    await causes.write('moon.md', causeFile('moon', 'The moon is full'));
    await causes.write('sun.md', causeFile('sun', 'The sun shines'));
    await causes.write('no-ready-endpoints.md', causeFile('no-ready-endpoints', 'Nobody is at home'));
    const { code, stdout, stderr } = await check([folder.path]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [sum = '', ...said] = stdout.trimEnd().split('\n').reverse();
    expect(said.reverse()).toEqual([
      'causes/moon.md is added',
      'causes/no-ready-endpoints.md takes the place of the shipped one',
      'causes/sun.md is added',
      'odd.md is added',
      'causes/sun.md is in no symptom: nobody looks at it',
    ]);
    expect(sum).toMatch(/^\d+ symptoms, \d+ causes, no mistakes$/);
    expect(await check([], { NETCHECK_PLAYBOOKS: folder.path })).toEqual({ code, stdout, stderr });
  });

  test('of none speaks of the shipped ones', async () => {
    const { code, stdout } = await check([], { NETCHECK_PLAYBOOKS: '' });
    expect({ code, lines: stdout.split('\n').length }).toEqual({ code: 0, lines: 2 });
  });

  test('asks for cases that a process starts without', async () => {
    const source = causeFile('moon', 'The moon is full').replaceAll('expect: standing', 'expect: unchecked');
    await causes.write('moon.md', source);
    const line = source.split('\n').indexOf('## Cases') + 1;
    expect(await check([folder.path])).toEqual({
      code: 1,
      stdout: '',
      stderr: `${causes.path}/moon.md:${line}:1 Unexpected cases without one of standing, expected at least one each\n`,
    });
    expect((await loadPlaybooks(folder.path)).library.causes.has('moon')).toBe(true);
  });

  test('prints every mistake where it is', async () => {
    await folder.write('odd.md', symptomFile('odd', 'Odd', 'nowhere'));
    await causes.write('moon.md', causeFile('sun', 'The sun shines'));
    expect(await check([folder.path])).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        `${causes.path}/moon.md:2:1 Unexpected id sun, expected moon, the name of the file`,
        `${folder.path}/odd.md:11:3 Unexpected link causes/nowhere.md, expected a file of causes/\n`,
      ].join('\n'),
    });
  });
});
