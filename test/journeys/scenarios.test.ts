import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isBundleName, openBundle, type Bundle } from '../../core/bundle.ts';
import { replay } from '../../core/replay.ts';
import { play, type Played } from '../../sim/demo/play.ts';
import { startDemo, type Demo } from '../../sim/demo/start-demo.ts';
import { scenarios } from '../../sim/world/scenarios.ts';
import { worldNames } from '../../sim/world/worlds.ts';
import { shippedLibrary } from '../support/playbooks.ts';

/** By HTTP it is another way in: one of each world shows it. */
const runs = worldNames.flatMap((world) => (['socket', 'http'] as const).map((wire) => ({ world, wire })));
const library = shippedLibrary();

describe.each(runs)('$world over $wire', ({ world, wire }) => {
  let demo: Demo;

  beforeAll(async () => {
    demo = await startDemo({ world, wire, rateScale: Infinity });
  });
  afterAll(() => demo.close());

  const here = scenarios.filter((one) => one.world === world);
  test.each(wire === 'http' ? here.slice(0, 1) : here)(
    '$command: $title',
    async ({ command, expect: wanted }) => {
      const played = await play(demo, command);
      expectConclusion(played, wanted);
      expectReplay(played, await bundleIn(demo, played));
    },
  );
});

/** What a person typed in Slack must end in the right cause. */
function expectConclusion({ report, thread }: Played, wanted: (typeof scenarios)[number]['expect']): void {
  const confirmed = report.hypotheses
    .filter(({ status }) => status === 'confirmed')
    .map(({ cause }) => cause);
  expect({ conclusion: report.conclusion.kind, causes: confirmed }).toEqual(wanted);
  expect(report.hypotheses.filter(({ status }) => status === 'conflict')).toEqual([]);

  const said = thread.map(({ text }) => text).join('\n');
  for (const { title, status } of report.hypotheses) {
    if (status === 'confirmed') expect(said).toContain(title);
  }
  expect(thread.flatMap(({ notifies = [] }) => notifies)).toEqual([]);
}

/** What the thread offers for download is the investigation, and decided again it is the same to the letter. */
function expectReplay({ report }: Played, bundle: Bundle): void {
  expect(bundle.report).toEqual(report);
  expect({ redactions: bundle.redactions, cuts: bundle.cuts }).toEqual({ redactions: [], cuts: [] });
  for (const again of [replay(bundle), replay(bundle, library)]) {
    if ('problems' in again) throw new Error(JSON.stringify(again.problems));
    expect(again.differences).toEqual([]);
    expect(again.report).toEqual(report);
    expect(JSON.stringify(again.report)).toBe(JSON.stringify(bundle.report));
  }
}

async function bundleIn({ slack: { control } }: Demo, { report, thread }: Played): Promise<Bundle> {
  // Slack shows files a moment after they were uploaded.
  const file = await control.until(() =>
    control
      .messages('C0OPS')
      .filter(({ thread_ts: of }) => of === thread[0]?.ts)
      .flatMap(({ files = [] }) => files)
      .find(({ name }) => isBundleName(name, report.id)),
  );
  const opened = openBundle(await (await fetch(file.url)).text());
  if ('problem' in opened) throw new Error(opened.problem);
  return opened.bundle;
}
