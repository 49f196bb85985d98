import * as z from 'zod';
import { Person } from '../remediation/state.ts';
import type { Report, ReportedEvidence } from '../report.ts';

/** What a person says of an incident. */
export const Note = z.strictObject({
  by: Person,
  /** Unix milliseconds. */
  at: z.number(),
  text: z.string(),
});
export type Note = z.infer<typeof Note>;

/** The most characters of a note: a fact, not a story. */
export const longestNote = 300;

/** The report with what people said as evidence. No verdict changes: rules know nothing of it. */
export function withNotes(report: Report, notes: readonly Note[]): Report {
  return { ...report, evidence: [...report.evidence, ...notes.map(evidenceOf)] };
}

function evidenceOf({ by, at, text }: Note, index: number): ReportedEvidence {
  return {
    id: `person/${index + 1}`,
    title: text,
    source: 'person',
    status: 'observed',
    said: { by: by.name, at },
  };
}
