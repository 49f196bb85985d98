import type { UnavailableReason } from './evidence.ts';
import { sayOutcomeKind } from './remediation/say-outcome.ts';
import type { End, TeamStatistics } from './team-statistics.ts';
import type { Trigger } from './trigger.ts';

/** A heading with the lines below it; none of it escaped. */
export interface SaidStatistics {
  readonly title: string;
  readonly lines: readonly string[];
}

/** As many of a kind as fit onto a screen. */
const most = 5;

const triggers: Readonly<Record<Trigger | 'other', string>> = {
  command: 'by command',
  form: 'by form',
  mention: 'by mention',
  shortcut: 'by shortcut',
  button: 'by button',
  invitation: 'by invitation',
  channel: 'by an incident channel',
  alert: 'by alert',
  other: 'otherwise',
};

const ends: Readonly<Record<End, string>> = {
  'cause-found': 'cause found',
  'not-the-network': 'not the network',
  narrowed: 'narrowed',
  inconclusive: 'inconclusive',
  which: 'asked which Service',
  'not-found': 'no such Service',
  failed: 'failed',
  cancelled: 'cancelled',
  open: 'open',
};

const reasons: Readonly<Record<UnavailableReason, string>> = {
  forbidden: 'forbidden',
  'timed-out': 'timed out',
  unreachable: 'unreachable',
  rejected: 'rejected',
  'not-found': 'not found',
  'no-data': 'no data',
  crashed: 'crashed',
  cancelled: 'cancelled',
  'not-enabled': 'not enabled',
};

/** The statistics in words, on one screen. `sayMs` says milliseconds as a person does. */
export function sayStatistics(
  { ends: ended, triggers: started, timeToConclusion: times, causes, blind, changes }: TeamStatistics,
  sayMs: (ms: number) => string,
): readonly SaidStatistics[] {
  const time =
    times === undefined
      ? []
      : [`To the conclusion: half within ${sayMs(times.median)}, 95 % within ${sayMs(times.p95)}`];
  return [
    {
      title: '',
      lines: [
        `Started: ${started.map(({ name, count }) => `${count} ${triggers[name]}`).join(', ')}`,
        `Ended: ${ended.map(({ name, count }) => `${count} ${ends[name]}`).join(', ')}`,
        ...time,
        `Changes: ${sayChanges(changes)}`,
      ],
    },
    {
      title: 'Causes found most often',
      lines: causes.slice(0, most).map(({ name, count }) => `${count} × ${name}`),
    },
    {
      title: 'Could not look most often',
      lines: blind
        .slice(0, most)
        .map(
          ({ what, reason, mend, investigations }) =>
            `${investigations} × ${what}, ${reasons[reason]} → ${mend}`,
        ),
    },
  ].filter(({ lines }) => lines.length > 0);
}

function sayChanges({ made, outcomes, undone }: TeamStatistics['changes']): string {
  if (made === 0) return 'none applied';
  const came = outcomes.map(
    ({ name, count }) => `${count} ${name === 'not-known-yet' ? 'not known yet' : sayOutcomeKind(name)}`,
  );
  return [`${made} applied`, ...came, ...(undone > 0 ? [`${undone} taken back`] : [])].join(', ');
}
