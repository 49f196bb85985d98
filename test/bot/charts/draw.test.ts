import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, test } from '@jest/globals';
import { describeChart, drawChart } from '../../../bot/charts/draw.ts';
import { selectCharts } from '../../../bot/charts/select.ts';
import { axisTitle, clock, timeTicks } from '../../../bot/charts/time-axis.ts';
import type { Evidence, Series } from '../../../core/evidence.ts';
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
      cause: 'SNAT port race drops SYNs',
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

describe('drawing', () => {
  const [chart] = selectCharts(
    report('a'),
    looking([course({ node: 'a', job: 'node' }, 2), course({ node: 'b', job: 'node' }, 0)]),
  );
  if (chart === undefined) throw new Error('nothing to draw');

  test('a picture that is opaque, so that it reads in light and in dark', async () => {
    const image = await loadImage(drawChart(chart));
    expect([image.width, image.height]).toEqual([1500, 720]);
    const context = createCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const colours = new Map<string, number>();
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] !== 255) throw new Error('a pixel shows what is behind it');
      const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
      colours.set(colour, (colours.get(colour) ?? 0) + 1);
    }
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
