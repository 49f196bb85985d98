import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, test } from '@jest/globals';
import { describeChart, drawChart } from '../../../bot/charts/draw.ts';
import { describeIntervals, drawIntervals, selectIntervals } from '../../../bot/charts/intervals.ts';
import { selectCharts, selectCourse } from '../../../bot/charts/select.ts';
import { axisTitle, clock, timeTicks } from '../../../bot/charts/time-axis.ts';
import type { Evidence, Series } from '../../../core/evidence.ts';
import type { Compared } from '../../../core/remediation/outcome.ts';
import { drops, report, verdicts } from '../reports.ts';

const from = 1_790_000_000;
const course = (labels: Record<string, string>, height: number): Series => ({
  labels,
  points: Array.from({ length: 120 }, (_, step): [number, number] => [from + step * 15, height]),
});
const looking = (series: readonly Series[]): ReadonlyMap<string, Evidence> =>
  new Map([
    [drops.request.id, { ...drops, observation: { status: 'observed', samples: 1, series: [...series] } }],
  ]);

describe('choosing what to draw', () => {
  test('the courses that the confirmed cause reads', () => {
    const [chart, ...others] = selectCharts(report('a'), new Map([[drops.request.id, drops]]));
    expect(others).toEqual([]);
    expect(chart).toMatchObject({
      title: 'Failed conntrack inserts a second',
      about: 'SNAT port race drops SYNs',
      unit: 'rate',
      threshold: 1,
      step: 15,
    });
  });

  test('nothing where no cause is confirmed, or where there is no course', () => {
    const seen = new Map([[drops.request.id, drops]]);
    const hypotheses = [{ ...verdicts.snat, status: 'standing' as const }];
    expect(selectCharts(report('a', { hypotheses }), seen)).toEqual([]);
    const instant = { labels: {}, points: [[from, 3]] satisfies [number, number][] };
    expect(selectCharts(report('a'), looking([instant]))).toEqual([]);
    expect(selectCharts(report('a'), new Map())).toEqual([]);
  });

  test('the six highest of many', () => {
    const many = Array.from({ length: 9 }, (_, index) => course({ node: `node-${index}` }, index));
    const [chart] = selectCharts(report('a'), looking(many));
    expect(chart?.series.map(({ labels }) => labels['node'])).toEqual(
      [8, 7, 6, 5, 4, 3].map((index) => `node-${index}`),
    );
    expect(chart?.left).toBe(3);
  });
});

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly colourAt: (x: number, y: number) => string;
}

/** A picture's pixels, which are all opaque. */
async function pixelsOf(png: Buffer): Promise<Pixels> {
  const image = await loadImage(png);
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  for (let at = 3; at < data.length; at += 4)
    if (data[at] !== 255) throw new Error('a pixel shows what is behind it');
  const colourAt = (x: number, y: number): string =>
    data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3).join();
  return { width, height, colourAt };
}

/** How many pixels there are of each colour. */
async function coloursOf(png: Buffer): Promise<ReadonlyMap<string, number>> {
  const { width, height, colourAt } = await pixelsOf(png);
  const colours = new Map<string, number>();
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const colour = colourAt(x, y);
      colours.set(colour, (colours.get(colour) ?? 0) + 1);
    }
  return colours;
}

describe('drawing', () => {
  const [chart] = selectCharts(
    report('a'),
    looking([course({ node: 'a', job: 'node' }, 2), course({ node: 'b', job: 'node' }, 0)]),
  );
  if (chart === undefined) throw new Error('nothing to draw');

  test('a picture that is opaque, so that it reads in light and in dark', async () => {
    const image = await loadImage(drawChart(chart));
    expect([image.width, image.height]).toEqual([1500, 720]);
    const colours = await coloursOf(drawChart(chart));
    expect(colours.get('255,255,255')).toBeGreaterThan(800_000);
    // Both lines and the threshold are there: blue, vermilion, ink.
    for (const line of ['0,114,178', '213,94,0', '29,28,29']) expect(colours.get(line)).toBeGreaterThan(1000);
  });

  test('letters come from a font of its own', () => {
    const [wide, narrow] = ['W'.repeat(30), 'i'.repeat(30)].map((title) => drawChart({ ...chart, title }));
    expect(wide?.equals(narrow ?? Buffer.alloc(0))).toBe(false);
  });

  test('is said in words, too', () => {
    expect(describeChart(chart)).toBe(
      'Line chart: Failed conntrack inserts a second. It hurts from 1/s. a from 2/s to 2/s; b from 0/s to 0/s.',
    );
  });
});

describe('a change', () => {
  const last = from + 119 * 15;
  const mended = (labels: Record<string, string>, changedAt: number): Series => ({
    labels,
    points: course(labels, 2).points.map(([at, value]) => [at, at > changedAt ? 0 : value]),
  });
  const selected = (changedAt: number, labels = { node: 'a' }) =>
    selectCourse('More ports.', { ...drops, observation: observed(mended(labels, changedAt)) }, changedAt);
  const observed = (series: Series): Evidence['observation'] => ({
    status: 'observed',
    samples: 120,
    series: [series],
  });

  test('is drawn as an upright line where it was made', async () => {
    const chart = selected(last - 300);
    if (chart === undefined) throw new Error('nothing to draw');
    expect(chart).toMatchObject({
      title: 'Failed conntrack inserts a second, until 5 min after the change',
      about: 'More ports.',
      changedAt: last - 300,
    });
    const share = (119 * 15 - 300) / (119 * 15);
    expect(await uprightIn(drawChart(chart))).toBeCloseTo(share, 2);
    const [plain] = selectCharts(report('a'), looking([mended({ node: 'a' }, last - 300)]));
    expect(plain && (await uprightIn(drawChart(plain)))).toBeUndefined();
  });

  test('is said with the numbers before and after it', () => {
    const chart = selected(last - 300);
    expect(chart && describeChart(chart)).toBe(
      'Line chart: Failed conntrack inserts a second, until 5 min after the change. Changed at 14:38 UTC. ' +
        'It hurts from 1/s. a from 2/s to 2/s before, from 0/s to 0/s after.',
    );
  });

  test.each([
    ['right at the end', last - 1],
    ['right at the beginning', from],
  ])('%s is still drawn with its label inside', (_name, changedAt) => {
    const chart = selected(changedAt);
    expect(chart && drawChart(chart).length).toBeGreaterThan(10_000);
  });

  test.each([
    ['after all points', last],
    ['before all points', from - 1],
  ])('%s has nothing to compare', (_name, changedAt) => {
    expect(selected(changedAt)).toBeUndefined();
  });

  test('of which nothing was observed is not drawn', () => {
    const why = { reason: 'no-data', detail: '' } as const;
    const unseen = { ...drops, observation: { status: 'unavailable', why } as const };
    expect(selectCourse('More ports.', unseen, from + 60)).toBeUndefined();
  });
});

/** Where there is an upright line of ink, as a share of the way along the blue line; undefined where there is none. */
async function uprightIn(png: Buffer): Promise<number | undefined> {
  const { width, height, colourAt } = await pixelsOf(png);
  const columns = (colour: string, least: number): number[] =>
    Array.from({ length: width }, (_, x) => x).filter((x) => {
      let found = 0;
      // Below is the legend.
      for (let y = 0; y < height * 0.85; y++) if (colourAt(x, y) === colour) found++;
      return found >= least;
    });
  const [upright] = columns('29,28,29', height * 0.4);
  const blue = columns('0,114,178', 1);
  const [left = 0, right = 0] = [blue[0], blue.at(-1)];
  return upright === undefined ? undefined : (upright - left) / (right - left);
}

describe('attempts before and after a change', () => {
  const arm = (failed: readonly [number, number], of = 40): Compared => ({
    kind: 'attempts',
    title: 'TCP handshakes',
    from: "the target's own pod",
    before: { failed: failed[0], of },
    after: { failed: failed[1], of },
  });
  const number: Compared = { kind: 'number', title: 'Errors', unit: 'rate', before: 3, after: 0 };

  test('are drawn with their intervals, a row for each arm in which anything went wrong', async () => {
    const subject = selectIntervals('More ports.', [arm([12, 0]), number, arm([0, 0]), arm([0, 3])]);
    if (subject === undefined) throw new Error('nothing to draw');
    expect(subject.arms).toEqual([arm([12, 0]), arm([0, 3])]);
    const [one, two] = [subject, { ...subject, arms: [...subject.arms, ...subject.arms] }].map(drawIntervals);
    const [small, large] = await Promise.all([loadImage(one ?? ''), loadImage(two ?? '')]);
    expect([small.width, large.width]).toEqual([1500, 1500]);
    expect(large.height - small.height).toBe(2 * 138);
    const colours = await coloursOf(one ?? Buffer.alloc(0));
    // The shares themselves: vermilion before, blue after.
    for (const stroke of ['213,94,0', '0,114,178']) expect(colours.get(stroke)).toBeGreaterThan(300);
    expect(describeIntervals(subject)).toBe(
      'Interval chart: Attempts that failed or were late, before the change and after it. ' +
        "TCP handshakes: from the target's own pod 30 % (12 of 40; 16.6 % to 46.5 %) → 0 of 40, below 7.2 % at 95 %; " +
        "TCP handshakes: from the target's own pod 0 of 40, below 7.2 % at 95 % → 7.5 % (3 of 40; 1.6 % to 20.4 %).",
    );
  });

  test('are not drawn where nothing went wrong, or nothing was attempted', () => {
    expect(selectIntervals('', [arm([0, 0]), number])).toBeUndefined();
    expect(
      selectIntervals('', [{ ...arm([3, 0]), after: { failed: 0, of: 0 } } as Compared]),
    ).toBeUndefined();
  });
});

describe('time', () => {
  test.each([
    [1800, ['14:15', '14:20', '14:25', '14:30', '14:35', '14:40']],
    [6 * 3600, ['15:00', '16:00', '17:00', '18:00', '19:00', '20:00']],
  ])('a window of %i s has round ticks in UTC', (seconds, ticks) => {
    expect(timeTicks(from, from + seconds).map(clock)).toEqual(ticks);
  });

  test('the day is said, and both where it changes', () => {
    expect(axisTitle(from, from + 1800)).toBe('time (UTC), 2026-09-21');
    expect(axisTitle(from, from + 86_400)).toBe('time (UTC), 2026-09-21 to 2026-09-22');
  });
});
