import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { play } from '../../sim/demo/play.ts';
import { startDemo, type Demo } from '../../sim/demo/start-demo.ts';
import { scenarios } from '../../sim/world/scenarios.ts';
import { worldNames } from '../../sim/world/worlds.ts';

/** What a person typed in Slack must end in the right cause. By HTTP it is another way in: one of each world shows it. */
const runs = worldNames.flatMap((world) => (['socket', 'http'] as const).map((wire) => ({ world, wire })));

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
      const { report, thread } = await play(demo, command);

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
    },
  );
});
