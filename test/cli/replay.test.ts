import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeBundle } from '../../core/bundle.ts';
import { temporaryFolder, killAll, startProcess, type Folder } from '../workers/support/lab.ts';
import { causes, libraryOf, record } from '../support/recordings.ts';

/** `netcheck replay` needs nothing: no Redis, no cluster, no Prometheus, no environment. */

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => {
  await killAll();
  await folder.remove();
});

async function replay(
  ...args: readonly string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const run = startProcess(['cli/netcheck.js', 'replay', ...args], {});
  const code = await run.exited;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

describe('netcheck replay', () => {
  test('prints the report and that the verdicts are the same', async () => {
    const file = await folder.write('whole.json', writeBundle(record()));
    const { code, stdout, stderr } = await replay(file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^cart\.shop\nThe drops\. 41 packets were lost on node-a\./);
    expect(stdout).toMatch(/3 looks in 1\.4 s, id k3x9\n\nSame verdicts as recorded\.\n$/);
  });

  test('--output json prints one document with the report as it was recorded', async () => {
    const bundle = record();
    const { code, stdout } = await replay(
      await folder.write('whole.json', writeBundle(bundle)),
      '-o',
      'json',
    );
    expect(code).toBe(0);
    expect(stdout).toBe(
      `${JSON.stringify({ schema: 'netcheck.replay/v1', report: bundle.report, differences: [] })}\n`,
    );
  });

  test('--playbooks tells what they make different, and fails', async () => {
    const own = await folder.folder('own');
    await own.folder('causes');
    const changed = {
      ...causes,
      drops: { ...causes.drops, confirmed: causes.drops.confirmed.replace('10.0', '50.0') },
    };
    for (const { name, source } of libraryOf(changed).files) await own.write(name, source);
    const file = await folder.write('other.json', writeBundle(record()));
    const { code, stdout } = await replay(file, '--playbooks', own.path);
    expect(code).toBe(1);
    const [, differences = ''] = stdout.split('Different from the recording:\n');
    expect(differences.replace(/\s+/g, ' ')).toContain(
      '- The drops, before: confirmed: 41 packets were lost on node-a. - The drops, now: standing: Nobody knows.',
    );
  });

  test('says what could not be decided anew', async () => {
    const points = Array.from({ length: 500 }, (_, index): [number, number] => [index, Math.E]);
    const bundle = record({
      maxBytes: 10_000,
      found: ({ id }) =>
        id === 'drops/lost'
          ? { status: 'observed', samples: 500, series: [{ labels: { node: 'node-a' }, points }] }
          : undefined,
    });
    const { code, stdout } = await replay(await folder.write('cut.json', writeBundle(bundle)));
    expect(code).toBe(1);
    expect(stdout.replace(/\s+/g, ' ')).toContain('so it cannot be decided anew)');
  });

  test.each<[string, string, RegExp]>([
    ['is no JSON', 'nonsense', /broken\.json: not JSON: /],
    [
      'is newer',
      writeBundle(record()).replace('bundle/v1', 'bundle/v2'),
      /netcheck\.bundle\/v2 is newer than this netcheck reads \(v1\): update\n$/,
    ],
    [
      'is damaged',
      writeBundle(record()).replace('"samples":1', '"samples":[]'),
      /damaged bundle: evidence\.\d\.observation\.samples: /,
    ],
    [
      'has playbooks that do not parse',
      writeBundle(record()).replace('lost.max == 0.0', 'lost.most == 0.0'),
      /netcheck 0\.1\.0 recorded; --playbooks names others\ncauses\/drops\.md:\d+:\d+ /,
    ],
  ])('a file that %s', async (_name, text, message) => {
    const ended = await replay(await folder.write('broken.json', text));
    expect(ended).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  test.each([
    [['/nonexistent/bundle.json'], /^Cannot read \/nonexistent\/bundle\.json: ENOENT/],
    [['whole.json', '-o', 'xml'], /^Unexpected output "xml", expected text or json\n$/],
  ])('%j', async (args, message) => {
    const { code, stderr } = await replay(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('playbooks with mistakes', async () => {
    const own = await folder.folder('mistaken');
    await own.write('slow.md', '# Nothing');
    const file = await folder.write('whole.json', writeBundle(record()));
    const { code, stderr } = await replay(file, '--playbooks', own.path);
    expect(code).toBe(2);
    expect(stderr).toMatch(/slow\.md:1:1 /);
  });
});
