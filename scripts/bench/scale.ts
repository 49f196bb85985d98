import type { Evidence } from '../../core/evidence.ts';
import { conclude } from '../../core/conclusion.ts';
import { judge } from '../../core/judge.ts';
import { plan } from '../../core/plan.ts';
import { parseCause, type Cause } from '../../core/playbook/cause.ts';

/** How long deciding takes, in milliseconds; medians of several goes. */
export interface ScaleRow {
  readonly hypotheses: number;
  readonly evidence: number;
  readonly ms: number;
}

const goes = 15;

/** Three pieces of evidence a hypothesis, none of them shared; every sixth or so is confirmed, most are ruled out. */
export function scaleRows(sizes: readonly number[] = [250, 500, 1000, 2000, 4000]): ScaleRow[] {
  const causes = Array.from({ length: Math.max(...sizes) }, (_, i) => causeOf(i));
  return sizes.map((hypotheses) => {
    const planned = plan(causes.slice(0, hypotheses), {
      target: { namespace: 'shop', service: 'checkout', pods: [], nodes: [], gaps: [] },
      window: { from: 0, to: 1800 },
    });
    // Fresh for each go, so that nothing is known from the one before.
    const evidenceOf = (): ReadonlyMap<string, Evidence> =>
      new Map(
        planned.requests.map((request, i): [string, Evidence] => [
          request.id,
          {
            request,
            tookMs: 0,
            observation: {
              status: 'observed',
              samples: 2,
              series: ['a', 'b'].map((node) => ({ labels: { node }, points: [[1800, valueOf(i, node)]] })),
            },
          },
        ]),
      );
    const times = Array.from({ length: goes }, () => {
      const evidence = evidenceOf();
      const started = performance.now();
      conclude(planned.hypotheses.map((hypothesis) => judge(hypothesis, planned, evidence)));
      return performance.now() - started;
    }).sort((a, b) => a - b);
    return { hypotheses, evidence: planned.requests.length, ms: times[goes >> 1] ?? Number.NaN };
  });
}

/** Of three pieces the second is the attempts, of which a few in a hundred fail. */
function valueOf(i: number, node: string): number {
  return i % 3 === 1 ? 10_000 + i : (i % 17) * (node === 'a' ? 40 : 1);
}

function causeOf(i: number): Cause {
  const look = (name: string): string =>
    `### \`${name}\` ${name}\n\n\`\`\`promql unit=count\nsum by (node) (${name}_${i})\n\`\`\``;
  const source = [
    `---\nid: cause-${i}\ntitle: Cause ${i}\n---`,
    `## Evidence\n\n${['failed', 'attempts', 'drops'].map(look).join('\n\n')}`,
    '## Eliminated when\n\n```cel\nrarer(failed.sum, attempts.sum, 0.02) && drops.max < 600.0\n```\n\n{failed.sum} of {attempts.sum}.',
    '## Confirmed when\n\n```cel\ncommoner(failed.sum, attempts.sum, 0.02) && drops.top().max >= 100.0\n```\n\n{failed.sum} of {attempts.sum}.\n\nCulprit: {drops.top().labels["node"]}',
    '## Otherwise\n\n{failed.sum} of {attempts.sum}.',
  ].join('\n\n');
  const parsed = parseCause(source, `causes/cause-${i}.md`, { cases: 'skip' });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.cause;
}
