import type { Bundle } from './bundle.ts';
import { Evidence } from './evidence.ts';
import { parseRecorded } from './playbook/recorded.ts';
import { planFor } from './plan.ts';

/** Leaves out samples until the bundle is small enough: first those that only people look at, then the largest. */
export function fit(bundle: Bundle, maxBytes: number): Bundle {
  let bytes = bytesOf(bundle);
  if (bytes <= maxBytes) return bundle;
  const charts = chartsOf(bundle);
  const byWorth = bundle.evidence
    .map(({ request: { id }, observation }) => ({
      id,
      decides: !charts.has(id),
      bytes: bytesOf(observation),
    }))
    .sort((a, b) => Number(a.decides) - Number(b.decides) || b.bytes - a.bytes);
  const cuts = new Set<string>();
  for (const { id, bytes: its } of byWorth) {
    if (bytes <= maxBytes) break;
    cuts.add(id);
    bytes -= its - cutRemains;
  }
  return {
    ...bundle,
    evidence: bundle.evidence.map((one) => (cuts.has(one.request.id) ? cut(one) : one)),
    redactions: bundle.redactions.filter((path) => !isBelow(path, bundle, cuts)),
    cuts: [...cuts],
  };
}

/** What is left of an observation and the mention in `cuts`, in bytes, on the safe side. */
const cutRemains = 300;

/** An observation stays one; its lists are empty. */
function cut(evidence: Evidence): Evidence {
  const { observation } = evidence;
  if (observation.status !== 'observed') return evidence;
  const entries = Object.entries(observation).map(([key, value]): [string, unknown] => [
    key,
    Array.isArray(value) ? [] : value,
  ]);
  return Evidence.parse({ ...evidence, observation: Object.fromEntries(entries) });
}

function isBelow(path: string, bundle: Bundle, cuts: ReadonlySet<string>): boolean {
  const index = /^evidence\.(\d+)\.observation\./.exec(path)?.[1];
  return index !== undefined && cuts.has(bundle.evidence[Number(index)]?.request.id ?? '');
}

/** Ids of the evidence that no rule reads. */
function chartsOf({ playbooks, investigation, settled }: Bundle): ReadonlySet<string> {
  const parsed = parseRecorded(playbooks);
  if ('problems' in parsed) return new Set();
  const { hypotheses } = planFor(parsed.library, investigation.request.symptom, settled);
  return new Set(hypotheses.flatMap(({ chart }) => chart?.id ?? []));
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
