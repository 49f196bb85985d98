import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { play } from '../../sim/demo/play.ts';
import { startDemo, type Demo } from '../../sim/demo/start-demo.ts';
import { wordsOf } from '../bot/words.ts';
import { causeFile, symptomFile } from '../support/own-playbooks.ts';
import { eventually, temporaryFolder, type Folder } from '../workers/support/lab.ts';

/** A team edits its own playbooks while netcheck runs. */
let folder: Folder;
let demo: Demo;
beforeAll(async () => {
  folder = await temporaryFolder();
  await folder.write('odd.md', symptomFile('odd', 'Odd', 'moon'));
  await writeMoon(causeFile('moon', 'The moon is full'));
  demo = await startDemo({
    world: 'quiet',
    rateScale: Infinity,
    env: { NETCHECK_PLAYBOOKS: folder.path },
  });
});
afterAll(async () => {
  await demo.close();
  await folder.remove();
});

async function writeMoon(source: string): Promise<void> {
  await (await folder.folder('causes')).write('moon.md', source);
}

async function listed(): Promise<string> {
  const { control } = demo.slack;
  const before = control.messages('C0OPS').length;
  await control.command({ user: 'U0ALICE', channel: 'C0OPS', command: '/netcheck', text: 'playbooks' });
  return wordsOf(await control.until(() => control.messages('C0OPS')[before]));
}

async function listedWith(...pieces: readonly string[]): Promise<string> {
  return eventually(
    `a list with ${pieces.join(', ')}`,
    async () => {
      const words = await listed();
      return pieces.every((piece) => words.includes(piece)) ? words : undefined;
    },
    20_000,
  );
}

async function titlesOf(command: string): Promise<string[]> {
  const { report } = await play(demo, command);
  return report.hypotheses.map(({ title }) => title);
}

test('a broken edit is shown where people look, and netcheck goes on with the last good version', async () => {
  expect(await listed()).not.toContain('⚠');

  await writeMoon(causeFile('moon', 'The moon is new').replace('## Otherwise', '## <!channel>'));
  const words = await listedWith('⚠');
  expect(words).toMatch(/⚠ \d mistakes?; the last good version is in force since \d\d:\d\d UTC:/);
  expect(words).toMatch(/moon\.md:\d+:1 Unexpected section &lt;!channel&gt;/);
  expect(words).toContain('• The moon is full · _own_');
  expect(await titlesOf('/netcheck catalog odd')).toEqual(['The moon is full']);

  await writeMoon(causeFile('moon', 'The moon is new'));
  expect(await listedWith('• The moon is new')).not.toContain('⚠');
  await eventually(
    'the worker has it, too',
    async () => (await titlesOf('/netcheck catalog odd')).includes('The moon is new') || undefined,
    20_000,
  );
});
