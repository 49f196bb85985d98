import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { formatProblem } from '../../core/playbook/problem.ts';
import { openPlaybooks, type PlaybookSource } from '../../platform/playbook-source.ts';
import { loadPlaybooks, PlaybookError } from '../../platform/playbooks.ts';
import { causeFile, symptomFile } from '../support/own-playbooks.ts';
import { eventually, temporaryFolder, type Folder } from '../workers/support/lab.ts';

interface Line {
  readonly msg: string;
  readonly problems?: readonly string[];
}

let folder: Folder;
let causes: Folder;
let lines: Line[];
let source: PlaybookSource;
beforeEach(async () => {
  folder = await temporaryFolder();
  causes = await folder.folder('causes');
  lines = [];
});
afterEach(async () => {
  source.close();
  await folder.remove();
});

async function open(path = folder.path): Promise<void> {
  const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line) as Line) });
  source = await openPlaybooks(path, logger, { everyMs: 20, settleMs: 10 });
}

function titleOf(cause: string): string | undefined {
  return source.current().library.causes.get(cause)?.title;
}

async function titleBecomes(cause: string, title: string | undefined): Promise<void> {
  await eventually(`${cause} is ${String(title)}`, () => titleOf(cause) === title || undefined, 5000);
}

/** What is wrong, once it is as many lines as that. */
function problems(count: number): Promise<string[]> {
  return eventually(
    `${count} mistakes`,
    () => {
      const found = source.problems().map(formatProblem);
      return found.length === count ? found : undefined;
    },
    5000,
  );
}

const moon = (title: string): string => causeFile('moon', title);
const shippedTitle = 'The Service has no ready endpoints';

describe("a folder of one's own playbooks", () => {
  test('that changes is in force soon, and its version tells the same files from others', async () => {
    await causes.write('moon.md', moon('The moon is full'));
    await open();
    const before = source.current();
    expect(titleOf('moon')).toBe('The moon is full');
    expect(titleOf('no-ready-endpoints')).toBe(shippedTitle);

    await causes.write('moon.md', moon('The moon is new'));
    await titleBecomes('moon', 'The moon is new');
    expect(source.current().version).not.toBe(before.version);
    expect(before.library.causes.get('moon')?.title).toBe('The moon is full');
    expect(source.current().version).toBe((await loadPlaybooks(folder.path)).version);

    await causes.write('moon.md', moon('The moon is full'));
    await titleBecomes('moon', 'The moon is full');
    expect(source.current().version).toBe(before.version);
  });

  test('gets files, and loses them again', async () => {
    await open();
    const before = source.current().version;
    await causes.write('no-ready-endpoints.md', causeFile('no-ready-endpoints', 'Nobody is at home'));
    await titleBecomes('no-ready-endpoints', 'Nobody is at home');
    expect(source.current().origins.get('causes/no-ready-endpoints.md')).toBe('overriding');

    await rm(causes.path, { recursive: true });
    await titleBecomes('no-ready-endpoints', shippedTitle);
    expect(source.current().version).toBe(before);
  });

  test('with a mistake leaves the last good version in force, and says so once until it is mended', async () => {
    await causes.write('moon.md', moon('The moon is full'));
    await open();
    const good = source.current();

    await causes.write('moon.md', causeFile('mooon', 'The moon is new'));
    expect(await problems(1)).toEqual([
      `${causes.path}/moon.md:2:1 Unexpected id mooon, expected moon, the name of the file`,
    ]);
    expect(source.current()).toBe(good);

    await folder.write('odd.md', symptomFile('odd', 'Odd', 'sun'));
    await problems(2);
    await folder.write('odd.md', symptomFile('odd', 'Odd', 'moon'));
    await problems(1);
    await causes.write('moon.md', moon('The moon is new'));
    await problems(0);
    expect(titleOf('moon')).toBe('The moon is new');
    expect(source.current().library.symptoms.map(({ id }) => id)).toContain('odd');
    const broken = 'the playbooks have mistakes; the last good version stays in force';
    expect(lines.map(({ msg, problems }) => [msg, problems?.length])).toEqual([
      [broken, 1],
      [broken, 2],
      [broken, 1],
      ['changed playbooks are in force', undefined],
    ]);
  });

  test.each([
    ['YAML without end', /^id: moon$/m, 'id: &a {<<: *a}'],
    ['signs without end', /```cel\n/, `$&${'!'.repeat(20_000)}`],
  ])('with %s leaves the last good version in force, and says so', async (_, what, instead) => {
    await causes.write('moon.md', moon('The moon is full'));
    await open();
    const good = source.current();
    await causes.write('moon.md', moon('The moon is new').replace(what, instead));
    await eventually('it is broken', () => source.problems()[0], 5000);
    expect(source.current()).toBe(good);
    expect(lines).toHaveLength(1);
    await causes.write('moon.md', moon('The moon is new'));
    await problems(0);
    expect(titleOf('moon')).toBe('The moon is new');
  });

  test('that goes back to what is in force is mended without a new version', async () => {
    await causes.write('moon.md', moon('The moon is full'));
    await open();
    const good = source.current();
    await causes.write('moon.md', '');
    await eventually('it is broken', () => source.problems()[0], 5000);
    await causes.write('moon.md', moon('The moon is full'));
    await problems(0);
    expect(source.current()).toBe(good);
    expect(lines.map(({ msg }) => msg).at(-1)).toBe('the playbooks are as they were before their mistakes');
  });

  test('that vanishes is missed, and found when it comes back', async () => {
    await causes.write('moon.md', moon('The moon is full'));
    await open();
    const elsewhere = `${folder.path}-elsewhere`;
    await rename(folder.path, elsewhere);
    const [said] = await problems(1);
    expect(said).toContain(`${folder.path}:1:1 Unexpected folder, expected playbooks: Error: ENOENT`);
    expect(titleOf('moon')).toBe('The moon is full');

    await rename(elsewhere, folder.path);
    await problems(0);
    await causes.write('moon.md', moon('The moon is new'));
    await titleBecomes('moon', 'The moon is new');
  });

  test('that is a ConfigMap, whose files are swapped by a symlink above them', async () => {
    const mount = await folder.folder('mount');
    const revision = async (name: string, title: string): Promise<void> => {
      const files = await mount.folder(`..${name}`);
      await files.write('moon.md', moon(title));
      await symlink(`..${name}`, join(mount.path, '..data_tmp'));
      await rename(join(mount.path, '..data_tmp'), join(mount.path, '..data'));
    };
    const own = await folder.folder('own');
    await mkdir(own.path, { recursive: true });
    await symlink(mount.path, join(own.path, 'causes'));
    await symlink('..data/moon.md', join(mount.path, 'moon.md'));
    await revision('2026_11_21', 'The moon is full');
    await open(own.path);
    expect(titleOf('moon')).toBe('The moon is full');

    await revision('2026_11_22', 'The moon is new');
    await rm(join(mount.path, '..2026_11_21'), { recursive: true });
    await titleBecomes('moon', 'The moon is new');
    expect(source.problems()).toEqual([]);
  });
});

describe('at the start', () => {
  beforeEach(() => open());

  test.each<[string, (own: Folder) => Promise<unknown>, RegExp]>([
    [
      'a mistake',
      async () => causes.write('moon.md', causeFile('sun', 'The sun')),
      /causes\/moon\.md:2:1 Unexpected id sun, expected moon, the name of the file$/,
    ],
    [
      'a folder that is not there',
      (own) => own.remove(),
      /^\/[^:]*:1:1 Unexpected folder, expected playbooks: Error: ENOENT/,
    ],
    [
      'a file that cannot be read',
      (own) => own.folder('odd.md'),
      /odd\.md:1:1 Unexpected file, expected one that can be read: Error: EISDIR/,
    ],
    [
      'playbooks where nobody looks for them',
      async (own) => (await own.folder('cause')).write('moon.md', moon('The moon is full')),
      /cause:1:1 Unexpected folder cause with playbooks, expected them in causes\/ or beside it$/,
    ],
  ])('%s refuses', async (_name, prepare, said) => {
    await prepare(folder);
    const loading = loadPlaybooks(folder.path);
    await expect(loading).rejects.toBeInstanceOf(PlaybookError);
    await expect(loading).rejects.toThrow(said);
  });

  test('other files are left alone', async () => {
    await folder.write('notes.txt', '');
    await folder.write('.#odd.md', '');
    await (await folder.folder('.git')).write('odd.md', '');
    expect([...(await loadPlaybooks(folder.path)).origins.values()]).not.toContain('added');
  });
});
