import { describe, expect, test } from '@jest/globals';
import type { EvidenceRequest } from '../../../core/evidence.ts';
import { collectPromql } from '../../../workers/collectors/promql.ts';

type Request = Extract<EvidenceRequest, { source: 'promql' }>;

const asked = (unit: Request['unit']): Request => ({
  ...{ source: 'promql', id: 'one/slow', title: 'Slow ones', query: 'a - b', unit },
  window: { from: 1000, to: 2800 },
});

function answering(...values: number[]): Parameters<typeof collectPromql>[1] {
  const series = values.map((value, index) => ({
    labels: { index: String(index) },
    points: [[2800, value]] as [number, number][],
  }));
  return {
    instant: () => Promise.resolve(series),
    range: () => Promise.reject(new Error('No range was asked for')),
    link: (query) => query,
  };
}

async function observed(unit: Request['unit'], ...values: number[]): Promise<unknown> {
  const observation = await collectPromql(asked(unit), answering(...values), AbortSignal.timeout(1000));
  return observation.status === 'observed'
    ? observation.series?.flatMap(({ points }) => points.map(([, value]) => value))
    : observation;
}

describe('an answer of Prometheus', () => {
  test('has no counts below zero, which extrapolation makes of all less some', async () => {
    expect(await observed('count', -5.2, 0, 7)).toEqual([0, 0, 7]);
  });

  test('may be below zero where nothing is counted', async () => {
    expect(await observed('seconds', -5.2)).toEqual([-5.2]);
  });

  test('leaves out what is no number', async () => {
    expect(await observed('count', Number.NaN, 3, Number.POSITIVE_INFINITY)).toEqual([3]);
  });

  test('of nothing but that is no data, and not zero', async () => {
    const why = { reason: 'no-data', detail: 'no data: Slow ones' };
    const none = { status: 'unavailable', why };
    expect(await observed('count', Number.NaN)).toMatchObject(none);
    expect(await observed('count')).toMatchObject(none);
  });
});
