import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isBundleName, openBundle, type Bundle } from '../../core/bundle.ts';
import { replay } from '../../core/replay.ts';
import { play, type Played } from '../../sim/demo/play.ts';
import { startDemo, type Demo } from '../../sim/demo/start-demo.ts';
import { scenarios } from '../../sim/world/scenarios.ts';
import { worldNames } from '../../sim/world/worlds.ts';
import { shippedLibrary } from '../support/playbooks.ts';

/** What the thread offers for download is the investigation, and decided again it is the same to the letter. */

async function bundleIn(demo: Demo, { report, thread }: Played): Promise<Bundle> {
  // Slack shows files a moment after they were uploaded.
  const file = await demo.slack.control.until(() =>
    demo.slack.control
      .messages('C0OPS')
      .filter(({ thread_ts: of }) => of === thread[0]?.ts)
      .flatMap(({ files = [] }) => files)
      .find(({ name }) => isBundleName(name, report.id)),
  );
  const opened = openBundle(await (await fetch(file.url)).text());
  if ('problem' in opened) throw new Error(opened.problem);
  return opened.bundle;
}

describe.each(worldNames)('%s', (world) => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo({ world, rateScale: Infinity });
  });
  afterAll(() => demo.close());

  const library = shippedLibrary();

  test.each(scenarios.filter((one) => one.world === world))('$command: $title', async ({ command }) => {
    const played = await play(demo, command);
    const bundle = await bundleIn(demo, played);
    expect(bundle.report).toEqual(played.report);
    expect({ redactions: bundle.redactions, cuts: bundle.cuts }).toEqual({ redactions: [], cuts: [] });

    for (const again of [replay(bundle), replay(bundle, library)]) {
      if ('problems' in again) throw new Error(JSON.stringify(again.problems));
      expect(again.differences).toEqual([]);
      expect(again.report).toEqual(played.report);
      expect(JSON.stringify(again.report)).toBe(JSON.stringify(bundle.report));
    }
  });
});
