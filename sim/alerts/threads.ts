import * as z from 'zod';
import type { Message } from '../slack/model.ts';
import type { StormTown } from './storm-town.ts';

const Metadata = z.object({ event_payload: z.object({ id: z.string(), role: z.string() }) });

/** One report in the channel. */
export interface ReportThread {
  readonly id: string;
  readonly root: Message;
  /** What the messages are in the report, as they came, the root too. */
  readonly roles: readonly string[];
}

/** What netcheck has reported in the channel of alerts. */
export function threadsOf({ slack, channel }: Pick<StormTown, 'slack' | 'channel'>): readonly ReportThread[] {
  const parts = slack.control.messages(channel).flatMap((message) => {
    const part = Metadata.safeParse(message.metadata).data?.event_payload;
    return part === undefined ? [] : [{ message, ...part }];
  });
  return parts
    .filter(({ role }) => role === 'root')
    .map(({ id, message }) => ({
      id,
      root: message,
      roles: parts.filter((part) => part.id === id).map(({ role }) => role),
    }));
}

/** The root says what it was, and the thread why. */
export function isConcluded({ roles }: ReportThread): boolean {
  return roles.includes('evidence') && roles.some((role) => role.startsWith('conclusion'));
}
