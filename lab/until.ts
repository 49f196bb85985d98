import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 100;

/** The lab did not become what was waited for: the machine is too busy for it, or one fault hides another. */
export class NotInTime extends Error {
  override readonly name = 'NotInTime';
}

/** Waits until a condition holds; throws a NotInTime with `what` after `seconds`. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  seconds = 30,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new NotInTime(`not within ${seconds} s: ${what}`);
    await sleep(pollMs);
  }
}
