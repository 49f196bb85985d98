import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newCause } from '../../cli/playbooks/new.ts';
import { readCauses } from '../../cli/playbooks/sources.ts';
import { testCauses } from '../../cli/playbooks/test-causes.ts';
import { loadPlaybooks } from '../../platform/playbooks.ts';
import { root } from '../support/repository.ts';
import { startProcess, temporaryFolder, type Folder } from '../workers/support/lab.ts';

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

describe('netcheck playbooks new', () => {
  test('writes a cause that passes its test as it stands', async () => {
    await newCause('kube-proxy-stale', folder.path);
    const [result] = await testCauses(await readCauses(folder.path));
    expect(result).toMatchObject({
      file: join(folder.path, 'causes/kube-proxy-stale.md'),
      cause: { id: 'kube-proxy-stale' },
      untested: [],
      missing: [],
    });
    const { cases = [] } = result ?? {};
    expect(cases.flatMap(({ mistakes }) => mistakes)).toEqual([]);
    expect(cases.map(({ decision }) => decision.status).sort()).toEqual([
      'confirmed',
      'eliminated',
      'standing',
      'unchecked',
    ]);
    expect((await loadPlaybooks(folder.path)).origins.get('causes/kube-proxy-stale.md')).toBe('added');
  });

  test('overwrites nothing, neither what is there nor what is shipped', async () => {
    await newCause('mine', folder.path);
    const file = join(folder.path, 'causes/mine.md');
    const before = await readFile(file, 'utf8');
    await expect(newCause('mine', folder.path)).rejects.toThrow(`Cannot write ${file}: it is there already`);
    expect(await readFile(file, 'utf8')).toBe(before);

    const shipped = join(root, 'playbooks/causes/snat-port-race.md');
    await expect(newCause('snat-port-race', folder.path)).rejects.toThrow(
      `cp ${shipped} ${folder.path}/causes/`,
    );
    await expect(newCause('snat-port-race', join(root, 'playbooks'))).rejects.toThrow('it is there already');
  });

  test.each([
    ['Kube_Proxy stale.md', 'words-like-this, such as kube-proxy-stale'],
    ['../x', 'words-like-this, such as x'],
    ['-', 'words-like-this'],
  ])('no id: %s', async (id, said) => {
    await expect(newCause(id, folder.path)).rejects.toThrow(
      new Error(`Unexpected id ${id}, expected ${said}`),
    );
  });

  test('says what to do next, in the folder that is set', async () => {
    const run = startProcess(['cli/netcheck.js', 'playbooks', 'new', 'mine'], {
      NETCHECK_PLAYBOOKS: folder.path,
    });
    expect(await run.exited).toBe(0);
    expect(run.stdout()).toContain(`2. netcheck playbooks test ${folder.path}/causes/mine.md\n`);
    expect(run.stdout()).toContain(`5. Set NETCHECK_PLAYBOOKS=${folder.path} for the bot and the workers.\n`);
  });
});
