import type { Node } from '../cluster-objects.ts';

/** The address by which the other nodes reach it. */
export function addressOf({ status }: Node): string | undefined {
  return status.addresses.find(({ type }) => type === 'InternalIP')?.address;
}
