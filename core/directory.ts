import * as z from 'zod';
import { Candidate, nameOf } from './target.ts';

/** The Services of a cluster as one of its workers last listed them: bots see no cluster themselves. */
export const Directory = z.strictObject({
  /** Unix milliseconds. */
  at: z.number(),
  services: z.array(Candidate),
});
export type Directory = z.infer<typeof Directory>;

/** Older than this, in milliseconds, it does not say any more that a Service is not there. */
const freshMs = 5 * 60_000;

export function isFresh({ at }: Directory, now: number): boolean {
  return now - at < freshMs;
}

/** Services by what a person has typed of `checkout.shop` so far: those that begin with it, then those that hold it. */
export function matchServices(services: readonly Candidate[], typed: string, limit: number): Candidate[] {
  const wanted = typed.trim().toLowerCase();
  const named = services
    .map((service) => ({ service, name: nameOf(service) }))
    .filter(({ name }) => name.includes(wanted))
    .sort((a, b) => rankOf(a.name) - rankOf(b.name) || (a.name < b.name ? -1 : 1));
  return named.slice(0, limit).map(({ service }) => service);

  function rankOf(name: string): number {
    return name.startsWith(wanted) ? 0 : 1;
  }
}
