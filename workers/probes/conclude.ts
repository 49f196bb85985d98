import type { Attempt, Observation, Unavailable } from '../../core/evidence.ts';
import type { ProbeAttempt } from '../../core/probe-task.ts';
import { clientLabel, probes, type Placement, type Probe, type ProbeId } from '../../core/probes.ts';
import { startTogetherMs } from './limits.ts';
import type { ArmResult } from './output.ts';

export interface Ran {
  readonly from: Placement;
  /** The node it ran on, where that is known. */
  readonly client?: string | undefined;
  readonly result: ArmResult;
}
export interface Unseen {
  readonly from: Placement;
  readonly why: Unavailable;
}

/** What the arms of a probe say together. Throws nothing: what cannot be compared is unavailable. */
export function conclude(probe: ProbeId, arms: readonly Ran[], failed: readonly Unseen[]): Observation {
  const { facts, labels }: Probe = probes[probe];
  const sent = arms.map((arm) => whatWasSent(probe, arm));
  const ran = sent.filter((one) => 'result' in one);
  const lost = [...failed, ...sent.filter((one) => 'why' in one)];
  const [first] = lost;
  if (ran.length === 0 && first !== undefined) return { status: 'unavailable', why: first.why };
  if (facts !== undefined) {
    const found = ran[0]?.result.summary.facts ?? {};
    return { status: 'observed', samples: 1, facts: only(found, Object.keys(facts)) };
  }
  const { together, alone } = sideBySide(ran);
  if (together.length === 0) return { status: 'unavailable', why: apart };
  const unseen = [...lost, ...alone.map(({ from }) => ({ from, why: ranAlone }))];
  const attempts = together.flatMap((arm) => arm.result.attempts.map((one) => attemptOf(one, arm, labels)));
  return {
    status: 'observed',
    samples: attempts.length,
    attempts,
    ...(unseen.length > 0 && { unseen: [...unseen] }),
  };
}

/** Errors of attempts of which nothing left the machine: they tell of its resolver or of its files, not of the way. */
const unsent = /^(EAI_\w+|ENOTFOUND|EMFILE|ENFILE)$/;
const files = /^E[MN]FILE$/;

/** An arm without the attempts that sent nothing; if that is all of them, it did not look. What a name leads to is what a ladder and a look-up try. */
function whatWasSent(probe: ProbeId, arm: Ran): Ran | Unseen {
  const { from, result } = arm;
  if (probe === 'ladder' || probe === 'dns' || probes[probe].labels.length === 0) return arm;
  const attempts = result.attempts.filter(({ error = '' }) => !unsent.test(error));
  if (attempts.length > 0 || result.attempts.length === 0) return { ...arm, result: { ...result, attempts } };
  const error = result.attempts[0]?.error ?? '';
  const why = files.test(error) ? error : `${error}, the name could not be looked up`;
  const detail = `nothing could be sent from there: ${why}`;
  return { from, why: { reason: 'unreachable', detail } };
}

const apart: Unavailable = {
  reason: 'rejected',
  detail: 'the arms did not run at the same time, so they cannot be compared',
};
const ranAlone: Unavailable = {
  reason: 'rejected',
  detail: 'it did not run at the same time as the others, so it cannot be compared with them',
};

interface SideBySide {
  /** With the attempts that were made while all of these were at it, short ones within a few seconds. */
  readonly together: readonly Ran[];
  readonly alone: readonly Ran[];
}

/**
 * The arms that can be compared: those that share half of the shortest. Where one began late, as one whose image had to be
 * pulled, the others are compared without it. Two that are apart leave nothing.
 */
function sideBySide(ran: readonly Ran[]): SideBySide {
  const alone: Ran[] = [];
  let together = ran;
  while (together.filter(hasAttempts).length >= 2) {
    const shared = sharedBy(together);
    if (shared !== undefined) return { together: together.map((arm) => within(shared, arm)), alone };
    const odd = oddOneOf(together);
    alone.push(odd);
    together = together.filter((arm) => arm !== odd);
  }
  return alone.length === 0 ? { together, alone } : { together: [], alone: ran };
}

/** Arms of a few seconds begin together or a moment apart, and nothing changes in that time. */
const shortMs = 5000;
const momentMs = 1000;

interface Shared {
  readonly from: number;
  readonly to: number;
  /** Milliseconds before and after that count as well. */
  readonly around: number;
}

/** The time that all arms ran; undefined if that is less than half of the shortest. */
function sharedBy(arms: readonly Ran[]): Shared | undefined {
  const spans = arms.filter(hasAttempts).map(spanOf);
  const from = Math.max(...spans.map((one) => one.from));
  const to = Math.min(...spans.map((one) => one.to));
  const shortest = Math.min(...spans.map((one) => one.to - one.from));
  const isShort = shortest < shortMs;
  const isApart = isShort ? from - to >= startTogetherMs : to - from < shortest / 2;
  if (isApart) return undefined;
  return { from: Math.min(from, to), to: Math.max(from, to), around: isShort ? startTogetherMs : momentMs };
}

function within({ from, to, around }: Shared, arm: Ran): Ran {
  const attempts = arm.result.attempts.filter(({ at }) => at >= from - around && at <= to + around);
  return { ...arm, result: { ...arm.result, attempts } };
}

/** The arm without which the others share most. */
function oddOneOf(arms: readonly Ran[]): Ran {
  const sharedWithout = (odd: Ran): number => {
    const spans = arms.filter((arm) => arm !== odd && hasAttempts(arm)).map(spanOf);
    return Math.min(...spans.map((one) => one.to)) - Math.max(...spans.map((one) => one.from));
  };
  return arms.filter(hasAttempts).reduce((a, b) => (sharedWithout(b) > sharedWithout(a) ? b : a));
}

const hasAttempts = ({ result }: Ran): boolean => result.attempts.length > 0;

function spanOf({ result }: Ran): { readonly from: number; readonly to: number } {
  const starts = result.attempts.map(({ at }) => at);
  return { from: starts.reduce((a, b) => Math.min(a, b)), to: starts.reduce((a, b) => Math.max(a, b)) };
}

function attemptOf(attempt: ProbeAttempt, { from, client }: Ran, wanted: readonly string[]): Attempt {
  const { n, to, ok, ms, error, sourcePort, labels = {} } = attempt;
  const all = { ...(sourcePort !== undefined && { source_port: String(sourcePort) }), ...labels };
  return {
    n,
    from,
    to,
    ok,
    seconds: ms / 1000,
    ...(error !== undefined && { error }),
    labels: { ...only(all, wanted), ...(client !== undefined && { [clientLabel]: client }) },
  };
}

function only<T>(all: Readonly<Record<string, T>>, wanted: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => wanted.includes(key)));
}
