import type { Code } from 'mdast';
import * as z from 'zod';

import { LookupFacts, unavailable, UnavailableReason, type Observation } from '../evidence.ts';
import { lookups } from '../lookups.ts';
import { VerdictStatus } from '../verdict.ts';
import type { EvidenceTemplate } from './evidence-template.ts';
import { readFence, type Section } from './markdown.ts';
import type { Problems } from './problem.ts';
import { parseYaml } from './yaml.ts';

/** One row of a cause's table: given this evidence, the verdict must be that. */
export interface Case {
  readonly name: string;
  readonly given: ReadonlyMap<string, Observation>;
  readonly expect: VerdictStatus;
  /** A piece that the reason must contain. */
  readonly says?: string;
  readonly culprit?: string;
  readonly line: number;
}

const CannotLook = z.strictObject({ unavailable: UnavailableReason });
/** Labels and a `value` (one number, or one a step of 15 s). */
const SeriesRow = z.object({ value: z.union([z.number(), z.array(z.number()).min(1)]) }).catchall(z.string());
const Given = z.union([CannotLook, z.array(SeriesRow), z.number(), LookupFacts], {
  error:
    'Unexpected value, expected a number, rows of labels with a value, facts of a look-up, or unavailable: <reason>',
});

const Table = z.array(
  z.strictObject({
    name: z.string(),
    given: z.record(z.string(), Given),
    expect: VerdictStatus,
    says: z.string().optional(),
    culprit: z.string().optional(),
  }),
);

const stepSeconds = 15;

/** `## Cases`: a fenced `yaml` table. Every case states all evidence of the cause. */
export function parseCases(
  section: Section | undefined,
  evidence: readonly EvidenceTemplate[],
  problems: Problems,
): Case[] {
  const code = section?.content.find((node): node is Code => node.type === 'code' && node.lang === 'yaml');
  if (code === undefined) {
    if (section !== undefined)
      problems.report('Unexpected empty section, expected a yaml table of cases', section.title);
    return [];
  }
  const fence = readFence(code);
  const rows = parseYaml(fence, Table, problems) ?? [];
  return rows.map((row) => {
    const offset = Math.max(fence.text.indexOf(row.name), 0);
    for (const { name } of evidence) {
      if (!(name in row.given))
        problems.report(`Unexpected case without ${name}, expected every evidence`, fence, offset);
    }
    for (const [name, value] of Object.entries(row.given)) {
      const template = evidence.find((one) => one.name === name);
      for (const mistake of mistakesIn(name, value, template))
        problems.report(mistake, fence, Math.max(fence.text.indexOf(name, offset), offset));
    }
    const given = new Map(
      Object.entries(row.given).map(([name, value]) => [name, observationOf(name, value)]),
    );
    const line = fence.line + fence.text.slice(0, offset).split('\n').length - 1;
    return { ...row, given, line } as Case;
  });
}

/** What a case gives must be what such evidence yields: series for a query, facts of its own for a look-up. */
function mistakesIn(
  name: string,
  given: z.infer<typeof Given>,
  template: EvidenceTemplate | undefined,
): readonly string[] {
  if (template === undefined) return [`Unexpected evidence ${name}, expected one declared above`];
  if (CannotLook.safeParse(given).success) return [];
  const isFacts = typeof given === 'object' && !Array.isArray(given);
  if (isFacts && Object.keys(given).join() === 'unavailable')
    return [`Unexpected ${name}, expected unavailable: ${UnavailableReason.options.join(' | ')}`];
  if (template.source === 'promql')
    return isFacts ? [`Unexpected facts of ${name}, expected a number or rows of labels with a value`] : [];
  if (!isFacts) return [`Unexpected series of ${name}, expected the facts of the look-up ${template.lookup}`];
  const known = Object.keys(lookups[template.lookup].facts);
  return Object.keys(given)
    .filter((fact) => !known.includes(fact))
    .map((fact) => `Unexpected ${name}.${fact}, expected one of ${known.join(', ')}`);
}

function observationOf(name: string, given: z.infer<typeof Given>): Observation {
  if (typeof given === 'number') return seriesOf([{ value: given }]);
  if (Array.isArray(given)) return seriesOf(given);
  const cannot = CannotLook.safeParse(given);
  if (cannot.success) return unavailable(cannot.data.unavailable, `${name} could not be looked at`);
  return { status: 'observed', samples: 1, facts: LookupFacts.parse(given) };
}

function seriesOf(rows: readonly { readonly value: number | readonly number[] }[]): Observation {
  const series = rows.map(({ value, ...labels }) => ({
    labels: z.record(z.string(), z.string()).parse(labels),
    points: [value].flat().map((one, index): [number, number] => [index * stepSeconds, one]),
  }));
  return { status: 'observed', samples: series.reduce((sum, one) => sum + one.points.length, 0), series };
}
