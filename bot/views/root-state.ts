import type { Episode } from '../../core/alerts/episode.ts';
import type { Held } from '../../core/jobs.ts';
import type { Progress } from '../../core/progress.ts';
import type { Person, Remediation } from '../../core/remediation/state.ts';
import type { Request } from '../../core/request.ts';
import type { Watch } from '../../core/watch/watch.ts';

/** Everything that the one message in the channel is made from. */
export interface RootState {
  readonly id: string;
  readonly cluster: string;
  readonly request: Request;
  readonly requester: Person;
  /** Absent until a worker has said something. */
  readonly progress: Progress | undefined;
  /** Whether the workers have been silent for too long, or for so long that nobody waits any more. */
  readonly silence: 'none' | 'long' | 'given-up';
  readonly remediations: readonly Remediation[];
  /** What the alerts say that it is about. */
  readonly episode?: Episode | undefined;
  /** Its turn is yet to come. */
  readonly held?: Held | undefined;
  /** Absent where nobody ever asked for one. */
  readonly watch?: Watch | undefined;
}

/** What was asked about, before the cluster has said what that is. */
export function subjectOf({ subject }: Request): string {
  if (subject.kind === 'mentioned') return 'this incident';
  if (subject.kind === 'candidates') {
    const names = [...new Set(subject.candidates.map(({ service }) => service))];
    return names.length > 3 ? `one of ${names.length} services` : names.join(' or ');
  }
  return subject.namespace === undefined ? subject.service : `${subject.service}.${subject.namespace}`;
}
