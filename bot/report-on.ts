import { nameOf } from '../core/target.ts';
import { idOf } from './begin.ts';
import type { Records } from './records.ts';

/** The investigation that a message reports on by now: of one that asked which Service is meant, the one that was chosen. */
export async function reportOn(records: Records, id: string): Promise<string> {
  const chosen = await records.chosen(id);
  return chosen === undefined ? id : chosenId(id, nameOf(chosen));
}

export function chosenId(id: string, name: string): string {
  return idOf('chosen', id, name);
}
