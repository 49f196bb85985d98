import * as z from 'zod';
import { LookupFacts, unavailable, UnavailableReason, type Observation } from '../evidence.ts';
import { lookups } from '../lookups.ts';
import { probes, type Probe } from '../probes.ts';
import { attemptsOf, type AttemptRow } from './attempt-notation.ts';
import type { EvidenceTemplate } from './evidence-template.ts';
import { Problems } from './problem.ts';
import { parseSamples } from './series-notation.ts';

const CannotLook = z.strictObject({ unavailable: UnavailableReason });
const maxSamples = 20_000;

/** `0.002x40 6+0.1x80`: what promtool expands, as far as it is numbers. */
const Samples = z.string().transform((text, context) => {
  const samples = parseSamples({ text, line: 1, column: 1 }, maxSamples, new Problems(''));
  const numbers = samples?.filter((one) => typeof one === 'number') ?? [];
  if (numbers.length !== samples?.length)
    context.addIssue('Unexpected value, expected numbers such as 0.002x40 6+0.1x80');
  return numbers;
});
/** Labels and a `value` (one number, or one a step of 15 s). */
const SeriesRow = z
  .object({ value: z.union([z.number(), z.array(z.number()).min(1), Samples]) })
  .catchall(z.string());
/** Evidence as a person writes it down: a number, rows of labels with values, facts, or why there is none. */
export const Given = z.union([CannotLook, z.array(SeriesRow), z.number(), LookupFacts], {
  error:
    'Unexpected value, expected a number, rows of labels with a value, facts by name, or unavailable: <reason>',
});

export type Given = z.infer<typeof Given>;

const stepSeconds = 15;

/** What a case gives must be what such evidence yields: series for a query, facts of its own for a look-up. */
export function mistakesIn(
  name: string,
  given: Given,
  template: EvidenceTemplate | undefined,
): readonly string[] {
  if (template === undefined) return [`Unexpected evidence ${name}, expected one declared above`];
  if (CannotLook.safeParse(given).success) return [];
  const isFacts = typeof given === 'object' && !Array.isArray(given);
  if (isFacts && Object.keys(given).join() === 'unavailable')
    return [`Unexpected ${name}, expected unavailable: ${UnavailableReason.options.join(' | ')}`];
  if (template.source === 'promql')
    return isFacts ? [`Unexpected facts of ${name}, expected a number or rows of labels with a value`] : [];
  const declared = factsOf(template);
  if (declared === undefined)
    return [`Unexpected value of ${name}, expected attempts, or unavailable: <reason>`];
  if (!isFacts) return [`Unexpected series of ${name}, expected ${declared.whose}`];
  return Object.keys(given)
    .filter((fact) => !declared.names.includes(fact))
    .map((fact) => `Unexpected ${name}.${fact}, expected one of ${declared.names.join(', ')}`);
}

/** What a look that yields facts can yield, and how that is called. */
function factsOf(
  template: Exclude<EvidenceTemplate, { source: 'promql' }>,
): { readonly names: readonly string[]; readonly whose: string } | undefined {
  if (template.source === 'cluster')
    return {
      names: Object.keys(lookups[template.lookup].facts),
      whose: `the facts of the look-up ${template.lookup}`,
    };
  const { facts }: Probe = probes[template.probe];
  return facts && { names: Object.keys(facts), whose: `the facts of the probe ${template.probe}` };
}

/** The evidence that was written down; `name` is who it is missing to. */
export function observationOf(name: string, given: Given): Observation {
  if (typeof given === 'number') return seriesOf([{ value: given }]);
  if (Array.isArray(given)) return seriesOf(given);
  const cannot = CannotLook.safeParse(given);
  if (cannot.success) return unavailable(cannot.data.unavailable, `${name} could not be looked at`);
  return { status: 'observed', samples: 1, facts: LookupFacts.parse(given) };
}

export function attempted(rows: readonly AttemptRow[]): Observation {
  const attempts = attemptsOf(rows);
  return { status: 'observed', samples: attempts.length, attempts };
}

function seriesOf(rows: readonly { readonly value: number | readonly number[] }[]): Observation {
  const series = rows.map(({ value, ...labels }) => ({
    labels: z.record(z.string(), z.string()).parse(labels),
    points: [value].flat().map((one, index): [number, number] => [index * stepSeconds, one]),
  }));
  return { status: 'observed', samples: series.reduce((sum, one) => sum + one.points.length, 0), series };
}
