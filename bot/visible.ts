import type { Asked, Records } from './records.ts';
import type { Rooms } from './rooms.ts';

/** Who wants to know, and where they can read already. */
export interface Viewer {
  readonly person: string;
  readonly channel?: string;
}

/** An investigation, and what was asked. */
export interface Visible {
  readonly id: string;
  readonly asked: Asked;
}

interface Known {
  readonly records: Records;
  readonly rooms: Rooms;
}

/**
 * Whether this person may know of an investigation. What was asked in a channel that is not public is told only to who
 * asked, and to whoever is in that channel just now: Slack would have to be asked for the members of each.
 */
export async function isVisible(
  { rooms, records }: Known,
  { person, channel }: Viewer,
  { id, asked: { where } }: Visible,
): Promise<boolean> {
  if (where.requester.id === person || where.channel === channel) return true;
  // Where netcheck could not write it need not ask Slack: that would be refused as well.
  return (await records.posted(id)).has('root') && rooms.isPublic(where.channel);
}
