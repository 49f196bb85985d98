import * as z from 'zod';
import { isRemediationId, remediationKinds } from './remediation/kinds.ts';
import { Outcome } from './remediation/outcome.ts';
import { Happening, Person } from './remediation/state.ts';

/*
 * The record of everything that people and netcheck do to a cluster. Entries are kept for good, so older ones have to
 * stay readable: what may be renamed or go away, as remediations, is text here.
 */

/** The Redis keys of a cluster's record. */
export const auditKeys = (cluster: string) => {
  const entries = `netcheck:${cluster}:audit`;
  return {
    /** A stream: the entries, oldest first. */
    entries,
    /** A hash: number and hash of the newest entry. */
    head: `${entries}:head`,
    /** A hash: which entry was made for which key, so that none is made twice. */
    made: `${entries}:made`,
  } as const;
};

/** The last moment that a date can be of, in unix milliseconds. */
const latest = 8.64e15;

export const AuditEntry = z.strictObject({
  /** When it happened, in unix milliseconds. */
  at: z.int().min(0).max(latest),
  cluster: z.string(),
  /** A person of Slack, or netcheck itself. */
  who: Person,
  what: z.enum([...Happening.options, 'trial-begun', 'trial-ended']),
  proposal: z.string(),
  investigation: z.string(),
  /** The id of what is done. */
  remediation: z.string(),
  /** What it is done to, as `Service shop/cart`. */
  object: z.string(),
  /** The message in Slack that led to it. */
  where: z.strictObject({ channel: z.string(), ts: z.string() }).optional(),
  /** Lines of a unified diff. */
  diff: z.string().optional(),
  /** Who had approved by then. */
  approvals: z.array(Person).optional(),
  outcome: Outcome.shape.kind.optional(),
  /** In words: a reason, a refusal, what was seen. */
  why: z.string().optional(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** The one text of an entry that its hash is made of: however its keys are ordered. */
export function canonical(entry: AuditEntry): string {
  return JSON.stringify(sorted(entry));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** What somebody did, after their name. */
export const verbs: Readonly<Record<AuditEntry['what'], string>> = {
  proposed: 'proposed',
  previewed: 'looked at what it would do',
  approved: 'approved',
  dismissed: 'dismissed',
  withdrawn: 'withdrew',
  outdated: 'asked for approval again',
  begun: 'began',
  applied: 'applied',
  failed: 'could not apply',
  'lost-track': 'does not know whether it applied',
  verified: 'checked',
  'undo-asked': 'asked to undo',
  undone: 'undid',
  'undo-failed': 'could not undo',
  'trial-begun': 'began to try',
  'trial-ended': 'ended the trial',
};

/** Where it matters who approved it: the cluster is, or may be, another one. */
const onApproval: readonly AuditEntry['what'][] = ['applied', 'lost-track', 'trial-begun'];

/**
 * `09:14 ben approved: Change the Service's selector (Service shop/cart)`: one line, the time in UTC. It names people and
 * mentions nobody, but where it is put into Slack it is escaped as any text.
 */
export function sayEntry(entry: AuditEntry): string {
  const { at, who, what, remediation, object, approvals = [] } = entry;
  const title = isRemediationId(remediation) ? remediationKinds[remediation].title : remediation;
  const time = new Date(at).toISOString().slice(11, 16);
  const approvers = onApproval.includes(what) ? approvals.map(({ name }) => name).join(' and ') : '';
  const more = [approvers && `approved by ${approvers}`, entry.why ?? entry.outcome].filter(Boolean);
  const said = [`${time} ${who.name} ${verbs[what]}: ${title} (${object})`, ...more].join('; ');
  return said.replace(/\s+/g, ' ').trim();
}
