import * as z from 'zod';
import { Evidence, Window } from './evidence.ts';
import { RecordedPlaybook } from './playbook/recorded.ts';
import { Report } from './report.ts';
import { Request } from './request.ts';
import { Target } from './target.ts';

/** An investigation as one document: what was asked, found and concluded, and all that it takes to decide it again. */
export const Bundle = z.strictObject({
  schema: z.literal('netcheck.bundle/v1'),
  /** The version of netcheck that recorded it. */
  netcheck: z.string(),
  /** Unix milliseconds. */
  recordedAt: z.number(),
  investigation: z.strictObject({
    id: z.string(),
    request: Request,
    /** Unix milliseconds. */
    startedAt: z.number(),
  }),
  settled: z.strictObject({ target: Target, window: Window }),
  /** Those in force for this request. */
  playbooks: z.array(RecordedPlaybook),
  evidence: z.array(Evidence),
  report: Report,
  /** Paths of the strings that were redacted, as `evidence.3.observation.facts.value`. */
  redactions: z.array(z.string()),
  /** Ids of the evidence whose samples were left out for size. */
  cuts: z.array(z.string()),
  /** Where a bundle made by hand has its numbers from. */
  notes: z.array(z.string()).optional(),
});
export type Bundle = z.infer<typeof Bundle>;

/** The name of a bundle's file: people find it by the Service, netcheck by the id. */
export function bundleName({ id, target }: Pick<Report, 'id' | 'target'>): string {
  return `netcheck-${target.service}-${id}.json`;
}

export function isBundleName(name: string, id: string): boolean {
  return name.startsWith('netcheck-') && name.endsWith(`-${id}.json`);
}

/** A bundle as a file. */
export function writeBundle(bundle: Bundle): string {
  return `${JSON.stringify(bundle)}\n`;
}

const Versioned = z.object({ schema: z.string().regex(/^netcheck\.bundle\/v\d+$/) });
const readVersion = 1;

/** Reads a file that should hold a bundle; either the bundle or, for a person, why it cannot be read. */
export function openBundle(text: string): { bundle: Bundle } | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: `not JSON: ${error instanceof Error ? error.message : ''}` };
  }
  const versioned = Versioned.safeParse(json);
  if (!versioned.success)
    return { problem: 'not a bundle of netcheck: expected "schema": "netcheck.bundle/v1"' };
  const { schema } = versioned.data;
  const version = Number(schema.replace(/^.*v/, ''));
  if (version > readVersion)
    return { problem: `${schema} is newer than this netcheck reads (v${readVersion}): update` };
  if (version < readVersion)
    return { problem: `${schema} is none that this netcheck reads (v${readVersion})` };
  const { data, error } = Bundle.safeParse(json);
  return error === undefined ? { bundle: data } : { problem: `damaged bundle: ${sayIssue(error)}` };
}

function sayIssue({ issues }: z.ZodError): string {
  const [first] = issues;
  const more = issues.length > 1 ? `, and ${issues.length - 1} more` : '';
  return `${first?.path.map(String).join('.') ?? ''}: ${first?.message ?? ''}${more}`;
}
