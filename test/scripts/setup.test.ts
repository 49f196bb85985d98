import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const script = join(import.meta.dirname, '../../scripts/setup.mjs');

/** On a machine without apt-get, whoever runs it: nothing is ever installed here. */
function setUp(...packages: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  return spawnSync(process.execPath, [script, ...packages], {
    encoding: 'utf8',
    env: { PATH: '/nowhere' },
  });
}

describe('setup', () => {
  test.each(['a-package-of-the-future', 'redis-server'])('names %s and how to get it', (name) => {
    const { status, stderr } = setUp(name);
    expect(status).toBe(1);
    expect(stderr).toContain(`missing ${name}. Install: apt-get install ${name} (as root, `);
  });

  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('finds the programs of administrators where an ordinary PATH does not look', () => {
    expect(setUp('nftables', 'iproute2')).toMatchObject({ status: 0, stderr: '' });
  });
});
