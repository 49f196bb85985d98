import type { Code } from 'mdast';
import * as z from 'zod';
import { LookupFacts, unavailable, UnavailableReason, type Observation } from '../evidence.ts';
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
    for (const name of Object.keys(row.given)) {
      if (!evidence.some((one) => one.name === name)) {
        problems.report(
          `Unexpected evidence ${name}, expected one declared above`,
          fence,
          fence.text.indexOf(name, offset),
        );
      }
    }
    const given = new Map(
      Object.entries(row.given).map(([name, value]) => [name, observationOf(name, value)]),
    );
    const line = fence.line + fence.text.slice(0, offset).split('\n').length - 1;
    return { ...row, given, line } as Case;
  });
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
