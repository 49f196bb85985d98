import type { Person } from '../remediation/state.ts';

const id = 'alertmanager';

/** Who asks where an alert does: nobody in Slack, so nobody to be told or pinged. */
export function asAlert(name: string): Person {
  return { id, name: `alert ${name.slice(0, 100)}` };
}

export function isAlert(person: Person): boolean {
  return person.id === id;
}
