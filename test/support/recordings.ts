import type { Bundle } from '../../core/bundle.ts';
import { makeBundle } from '../../core/make-bundle.ts';
import type { Evidence, EvidenceRequest, Observation } from '../../core/evidence.ts';
import { nextStep } from '../../core/next-step.ts';
import { planFor } from '../../core/plan.ts';
import { parseLibrary, type Library } from '../../core/playbook/library.ts';
import { formatProblem } from '../../core/playbook/problem.ts';
import { recordPlaybooks } from '../../core/playbook/recorded.ts';
import { buildReport, Report } from '../../core/report.ts';
import type { Target } from '../../core/target.ts';

/** A library of one symptom, `slow`, and a recording of an investigation by it, for tests that change either. */

export interface CauseText {
  readonly evidence: string;
  readonly eliminated: string;
  readonly confirmed: string;
  readonly chart?: string;
}

const query = (text: string): string => `\`\`\`promql\n${text}\n\`\`\``;
const lookup = (text: string): string => `\`\`\`yaml lookup\n${text}\n\`\`\``;
const rule = (text: string): string => {
  const [when = '', because = ''] = text.split(' → ');
  return `\`\`\`cel\n${when}\n\`\`\`\n\n${because}`;
};

export const causes = {
  drops: {
    evidence: `### \`lost\` Packets lost\n\n${query('sum by (node) (lost_total{service="$service"})')}`,
    eliminated: rule('lost.max == 0.0 → {lost.sum | count} packets were lost.'),
    confirmed: rule('lost.max > 10.0 → {lost.max | count} packets were lost on {lost.top().labels["node"]}.'),
    chart: `### \`course\` Packets lost over time\n\n\`\`\`promql range\nsum by (node) (lost_total)\n\`\`\``,
  },
  race: {
    evidence: `### \`mode\` How ports are chosen\n\n${lookup('lookup: daemonset_env\ndaemonset: aws-node\nenv: AWS_VPC_K8S_CNI_RANDOMIZESNAT')}`,
    eliminated: rule('mode.value == "prng" → Ports are chosen by {mode.value}.'),
    confirmed: rule('mode.value == "none" → Ports are chosen by {mode.value}.'),
  },
} satisfies Readonly<Record<string, CauseText>>;

function causeText(id: string, { evidence, eliminated, confirmed, chart }: CauseText): string {
  return [
    `---\nid: ${id}\ntitle: The ${id}\n---`,
    `## Evidence\n\n${evidence}`,
    `## Eliminated when\n\n${eliminated}`,
    `## Confirmed when\n\n${confirmed}`,
    '## Otherwise\n\nNobody knows.',
    ...(chart === undefined ? [] : [`## Chart\n\n${chart}`]),
    '## Cases\n\n```yaml\n[]\n```\n',
  ].join('\n\n');
}

export function libraryOf(texts: Readonly<Record<string, CauseText>> = causes): Library {
  const all = Object.entries(texts);
  const links = all.map(([id]) => `- [${id}](causes/${id}.md)`).join('\n');
  const symptom = `---\nid: slow\ntitle: It is slow\nwhen: Requests take longer\n---\n\n## Causes\n\n${links}\n`;
  const parsed = parseLibrary([
    { name: 'slow.md', path: 'slow.md', source: symptom },
    ...all.map(([id, text]) => {
      const name = `causes/${id}.md`;
      return { name, path: name, source: causeText(id, text) };
    }),
  ]);
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.library;
}

const startedAt = 1_800_001_800_000;
const settled: { target: Target; window: { from: number; to: number } } = {
  target: {
    namespace: 'shop',
    service: 'cart',
    workload: 'Deployment/cart',
    pods: [{ name: 'cart-7d9f8b6c5d-x2k4j', ready: true, node: 'node-a' }],
    nodes: ['node-a'],
    gaps: [],
  },
  window: { from: 1_800_000_000, to: 1_800_001_800 },
};

export function seriesOf(rows: Readonly<Record<string, readonly number[]>>): Observation {
  const series = Object.entries(rows).map(([node, values]) => ({
    labels: { node },
    points: values.map((value, index): [number, number] => [settled.window.from + 15 * index, value]),
  }));
  return { status: 'observed', samples: series.flatMap(({ points }) => points).length, series };
}

export function factsOf(facts: Readonly<Record<string, string | number>>): Observation {
  return { status: 'observed', samples: 1, facts };
}

/** What the looks of `causes` find unless a test says otherwise. */
const usual: Readonly<Record<string, Observation>> = {
  'drops/lost': seriesOf({ 'node-a': [41], 'node-b': [0] }),
  'drops/course': seriesOf({ 'node-a': [1, 20, 41], 'node-b': [0, 0, 0] }),
  'race/mode': factsOf({ value: 'prng', unavailable: 0 }),
};

export interface RecordingOptions {
  readonly library?: Library;
  readonly found?: (request: EvidenceRequest) => Observation | undefined;
  readonly maxBytes?: number;
  readonly change?: (evidence: Evidence) => Evidence;
}

/** Investigates as a worker does, from evidence that is given, and records it. */
export function record({ library = libraryOf(), found, maxBytes, change }: RecordingOptions = {}): Bundle {
  const planned = planFor(library, undefined, settled);
  const evidence = new Map<string, Evidence>();
  for (;;) {
    const step = nextStep(planned, evidence);
    if (step.kind === 'done') break;
    for (const [index, request] of step.requests.entries()) {
      const observation = found?.(request) ?? usual[request.id];
      if (observation === undefined) throw new Error(`nothing found for ${request.id}`);
      const one: Evidence = { request, observation, tookMs: index + 1 };
      evidence.set(request.id, change?.(one) ?? one);
    }
  }
  const inquiry = { id: 'k3x9', target: settled.target, symptom: undefined, plan: planned, startedAt };
  const report = Report.parse(JSON.parse(JSON.stringify(buildReport(inquiry, evidence, startedAt + 1400))));
  return makeBundle(
    {
      netcheck: '0.1.0',
      recordedAt: report.timings.endedAt,
      investigation: {
        id: 'k3x9',
        request: { subject: { kind: 'named', service: 'cart' }, windowSeconds: 1800 },
        startedAt,
      },
      settled,
      playbooks: recordPlaybooks(library),
      evidence: [...evidence.values()],
      report,
    },
    maxBytes,
  );
}
