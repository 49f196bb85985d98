import { describe, expect, test } from '@jest/globals';
import { ImpairedLine, type Impairment } from '../../../lab/apps/impaired-line.ts';
import { seeded } from '../../../lab/random.ts';

const plain: Impairment = { delayMs: 0, jitterMs: 0, loss: 0, kbit: 1_000_000, queueBytes: 1_000_000 };

/** When packets that come at these milliseconds come out. */
function out(
  impairment: Partial<Impairment>,
  packets: readonly (readonly [at: number, bytes: number])[],
): readonly (number | undefined)[] {
  const line = new ImpairedLine({ ...plain, ...impairment }, seeded(1));
  return packets.map(([at, bytes]) => line.outAt(at, bytes));
}

describe('a packet comes out', () => {
  test.each<{
    readonly name: string;
    readonly impairment: Partial<Impairment>;
    readonly packets: readonly (readonly [number, number])[];
    readonly at: readonly (number | undefined)[];
  }>([
    {
      name: 'after the delay',
      impairment: { delayMs: 500 },
      packets: [
        [10, 0],
        [20, 0],
      ],
      at: [510, 520],
    },
    {
      name: 'after those before it, at the rate',
      impairment: { kbit: 8 },
      packets: [
        [0, 100],
        [0, 50],
        [500, 100],
      ],
      at: [100, 150, 600],
    },
    {
      name: 'never, where what waits leaves it no room',
      impairment: { kbit: 8, queueBytes: 250 },
      packets: [
        [0, 200],
        [0, 100],
        [0, 50],
        [150, 100],
      ],
      at: [200, undefined, 250, 350],
    },
  ])('$name', ({ impairment, packets, at }) => {
    expect(out(impairment, packets)).toEqual(at);
  });

  test('sometimes never, though it took its time on the line', () => {
    const times = out(
      { loss: 0.3, kbit: 8, queueBytes: 1e9 },
      Array.from({ length: 2000 }, () => [0, 1] as const),
    );
    const lost = times.filter((at) => at === undefined).length;
    expect(lost).toBeGreaterThan(500);
    expect(lost).toBeLessThan(700);
    for (const [index, at] of times.entries()) if (at !== undefined) expect(at).toBeCloseTo(index + 1);
  });

  test('in the order it came, however the delay varies', () => {
    const times = out(
      { delayMs: 100, jitterMs: 30 },
      Array.from({ length: 500 }, (_, index) => [index, 0] as const),
    ).map((at) => at ?? Number.NaN);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const late = times.map((at, index) => at - index);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(70);
    expect(Math.max(...late)).toBeLessThanOrEqual(130);
    expect(Math.max(...late) - Math.min(...late)).toBeGreaterThan(20);
  });
});
