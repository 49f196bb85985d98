import type { Code } from 'mdast';
import { stringify } from 'yaml';
import * as z from 'zod';

import { parseDuration } from '../duration.ts';
import type { Observation } from '../evidence.ts';
import { probes, type Probe } from '../probes.ts';
import { Target } from '../target.ts';
import { VerdictStatus } from '../verdict.ts';
import { AttemptRow } from './attempt-notation.ts';
import { SeriesReader } from './case-series.ts';
import { attempted, Given, mistakesIn, observationOf } from './given.ts';
import type { ReadEvidence } from './evidence-template.ts';
import { readFence, type Section } from './markdown.ts';
import { pieceOf, type Located, type Problems } from './problem.ts';
import type { StatedSeries } from './series-notation.ts';
import { entriesOf, readYaml } from './yaml.ts';

/** One row of a cause's table: of this world the verdict must be that. */
export interface Case {
  readonly name: string;
  readonly target: Target;
  /** What Prometheus has scraped, from the start of the window on. */
  readonly series: readonly StatedSeries[];
  readonly windowSeconds: number;
  /** Between two samples. */
  readonly intervalSeconds: number;
  /** What is in the cluster: Kubernetes manifests, YAML documents. */
  readonly objects: string;
  /** Evidence as it is, whatever series and objects say. */
  readonly given: ReadonlyMap<string, Observation>;
  readonly expect: VerdictStatus;
  /** A piece that the reason must contain. */
  readonly says?: string;
  readonly culprit?: string;
  /** The least share of the symptom that it must explain. */
  readonly explains?: number;
  /** Ids of the causes that could be mistaken for this one in such a world, or this one for them. */
  readonly lookAlikes: readonly string[];
  readonly line: number;
}

const Duration = z.string().transform((text, context) => {
  const seconds = parseDuration(text) ?? 0;
  if (seconds === 0) context.addIssue('Unexpected value, expected a duration such as 30m');
  return seconds;
});
const Values = z.union([z.string(), z.number()], {
  error: 'Unexpected value, expected samples such as 0+10x120',
});
const Manifests = z.union([z.string(), z.array(z.record(z.string(), z.unknown()))], {
  error: 'Unexpected value, expected Kubernetes manifests, as text or as a list',
});

const Row = z.strictObject({
  name: z.string(),
  target: Target.partial().default({}),
  window: Duration.default(1800),
  interval: Duration.default(15),
  series: z.record(z.string(), Values).default({}),
  objects: Manifests.default([]),
  /** By the name of a probe's evidence. */
  attempts: z.record(z.string(), z.array(AttemptRow).min(1)).default({}),
  given: z.record(z.string(), Given).default({}),
  expect: VerdictStatus,
  says: z.string().optional(),
  culprit: z.string().optional(),
  explains: z.number().min(0).max(1).optional(),
  look_alike: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((ids) => [ids].flat()),
});
type Row = z.infer<typeof Row>;

const maxSamples = 20_000;

/**
 * `## Cases`: a fenced `yaml` table. A case states series and objects and leaves the looking to netcheck, or gives every
 * evidence itself.
 */
export function parseCases(section: Section | undefined, evidence: ReadEvidence, problems: Problems): Case[] {
  const code = section?.content.find((node): node is Code => node.type === 'code' && node.lang === 'yaml');
  if (code === undefined) {
    if (section !== undefined)
      problems.report('Unexpected empty section, expected a yaml table of cases', section.title);
    return [];
  }
  const fence = readFence(code);
  const read = readYaml(fence, z.array(Row), problems);
  if (read === undefined) return [];
  const { data, document } = read;
  const reader = new SeriesReader(fence, document, problems);
  const names = new Set<string>();
  return data.map((row, index) => {
    const node: unknown = document.get(index, true);
    const entries = new Map(entriesOf(document, node).map(({ key, value }) => [key.value, value]));
    const offset = entries.get('name')?.range?.[0] ?? 0;
    if (names.has(row.name))
      problems.report(`Unexpected second case ${row.name}, expected a name of its own`, fence, offset);
    names.add(row.name);
    checkGiven(row, evidence, { fence, offset }, problems);
    return {
      name: row.name,
      target: targetOf(row.target),
      series: reader.read(entries.get('series'), samplesIn(row)),
      windowSeconds: row.window,
      intervalSeconds: row.interval,
      objects: manifestsOf(row.objects),
      given: new Map([
        ...Object.entries(row.attempts).map(([name, rows]) => [name, attempted(rows)] as const),
        ...Object.entries(row.given).map(([name, value]) => [name, observationOf(name, value)] as const),
      ]),
      expect: row.expect,
      ...(row.says !== undefined && { says: row.says }),
      ...(row.culprit !== undefined && { culprit: row.culprit }),
      ...(row.explains !== undefined && { explains: row.explains }),
      lookAlikes: row.look_alike,
      line: pieceOf(fence, offset).line,
    };
  });
}

/** As many as fit into the window, its start and its end included. */
function samplesIn({ window, interval }: Row): number {
  return Math.min(Math.floor(window / interval) + 1, maxSamples);
}

/** What a case does not say of its target: `checkout.shop`, two ready pods on two nodes. */
function targetOf({ service = 'checkout', ...given }: Row['target']): Target {
  const pods = given.pods ?? [
    { name: `${service}-1`, ip: '10.0.0.1', node: 'a', ready: true },
    { name: `${service}-2`, ip: '10.0.0.2', node: 'b', ready: true },
  ];
  return {
    ...given,
    service,
    namespace: given.namespace ?? 'shop',
    workload: given.workload ?? `Deployment/${service}`,
    pods,
    nodes: given.nodes ?? [...new Set(pods.flatMap(({ node }) => node ?? []))],
    gaps: given.gaps ?? [],
  };
}

function manifestsOf(objects: Row['objects']): string {
  return typeof objects === 'string'
    ? objects
    : objects.map((one) => stringify(one, { aliasDuplicateObjects: false })).join('---\n');
}

function checkGiven(
  row: Row,
  { templates, places }: ReadEvidence,
  { fence, offset }: { readonly fence: Located; readonly offset: number },
  problems: Problems,
): void {
  const states =
    Object.keys(row.series).length > 0 || row.objects.length > 0 || Object.keys(row.attempts).length > 0;
  for (const { name } of states ? [] : templates) {
    if (!(name in row.given))
      problems.report(
        `Unexpected case without ${name}, expected every evidence, or series and objects`,
        fence,
        offset,
      );
  }
  for (const name of Object.keys(row.attempts)) {
    const template = templates.find((one) => one.name === name);
    const isUnreadable = template === undefined && places.has(name);
    const probe: Probe | undefined = template?.source === 'probe' ? probes[template.probe] : undefined;
    if (!isUnreadable && (probe === undefined || probe.facts !== undefined))
      problems.report(
        probe === undefined
          ? `Unexpected attempts of ${name}, expected the name of a probe declared above`
          : `Unexpected attempts of ${name}, expected its facts under given`,
        fence,
        Math.max(fence.text.indexOf(name, offset), offset),
      );
  }
  for (const [name, value] of Object.entries(row.given)) {
    const template = templates.find((one) => one.name === name);
    if (template === undefined && places.has(name)) continue;
    for (const mistake of mistakesIn(name, value, template))
      problems.report(mistake, fence, Math.max(fence.text.indexOf(name, offset), offset));
  }
}
