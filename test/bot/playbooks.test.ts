import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Message } from '../../sim/slack/model.ts';
import { causeFile, symptomFile } from '../support/own-playbooks.ts';
import { shippedLibrary } from '../support/playbooks.ts';
import { temporaryFolder, type Folder } from '../workers/support/lab.ts';
import { openStage, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

let stage: Stage;
let folder: Folder;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const whispers = (): Message[] =>
  stage.slack.control.messages('ops').filter(({ ephemeral_for: whisper }) => whisper === 'U0ALICE');

/** What `/netcheck playbooks` answers, once it is complete; it ends with the version. */
async function listed(): Promise<string[]> {
  const { control } = stage.slack;
  const before = whispers().length;
  const asked = { user: 'U0ALICE', channel: 'ops', command: '/netcheck', text: 'playbooks' };
  expect(await control.command(asked)).toMatchObject({ ok: true });
  return control.until(() => {
    const words = whispers().slice(before).map(wordsOf);
    return words.at(-1)?.includes('in force since') === true ? words : undefined;
  });
}

test("one's own playbooks are marked, and their names are text", async () => {
  const causes = await folder.folder('causes');
  await causes.write('moon.md', causeFile('moon', '"<!channel> moon"'));
  await causes.write('sun.md', causeFile('sun', 'The sun shines'));
  await causes.write('no-ready-endpoints.md', causeFile('no-ready-endpoints', 'Nobody is at home'));
  await folder.write('odd.md', symptomFile('odd', 'Odd', 'moon'));
  const bot = await stage.startBot({ NETCHECK_PLAYBOOKS: folder.path });
  const [words = '', ...others] = await listed();
  await bot.close();

  expect(others).toEqual([]);
  expect(words).toContain('`odd` *Odd* · _own_\n• &lt;!channel&gt; moon · _own_');
  expect(words).toContain('• Nobody is at home · _own, instead of the shipped one_');
  expect(words).toContain('*In no symptom: nobody looks at them*\n• The sun shines · _own_');
  expect(words).toMatch(/Playbooks [0-9a-f]{12}, in force since \d\d:\d\d UTC\.$/);
});

test('two hundred causes are all listed', async () => {
  const causes = await folder.folder('causes');
  const ids = Array.from({ length: 200 }, (_, index) => `cause-${index}`);
  for (const id of ids) await causes.write(`${id}.md`, causeFile(id, `${id} of the many that there are`));
  await folder.write('odd.md', symptomFile('odd', 'Odd', ...ids));
  const bot = await stage.startBot({ NETCHECK_PLAYBOOKS: folder.path });
  const messages = await listed();
  await bot.close();

  const shipped = [...shippedLibrary().causes.values()].map(({ title }) => title);
  const words = messages.join('\n');
  for (const title of [...shipped, ...ids.map((id) => `${id} of the many that there are`)])
    expect(words).toContain(`• ${title}`);
});
