import { canList, type ClusterLookup } from '../../ports.ts';

export const warnings: ClusterLookup = {
  id: 'warnings',
  needs: canList({ group: '', resource: 'events' }),

  async look({ namespace, service }, cluster, { signal }) {
    const events = await cluster.list('events', { namespace }, signal);
    const mine = events
      .filter(({ type, involvedObject }) => type === 'Warning' && belongsTo(involvedObject.name, service))
      .sort((a, b) => (b.lastTimestamp?.getTime() ?? 0) - (a.lastTimestamp?.getTime() ?? 0));
    return {
      samples: events.length,
      facts: {
        count: mine.reduce((sum, { count }) => sum + (count ?? 1), 0),
        reasons: [...new Set(mine.map(({ reason }) => reason))].sort(),
        latest: mine[0]?.message ?? '',
      },
    };
  },
};

/**
 * Names that controllers make of `checkout`: `checkout-<template hash>-<suffix>`, `checkout-<suffix>`, `checkout-0`. Hash
 * and suffix use the letters of apimachinery's `rand.SafeEncodeString`, so that `checkout-db-…` is not taken for one.
 */
function belongsTo(object: string, service: string): boolean {
  if (!object.startsWith(service)) return false;
  return /^(-[bcdfghjklmnpqrstvwxz2456789]{6,10})?(-[bcdfghjklmnpqrstvwxz2456789]{5}|-\d+)?$/.test(
    object.slice(service.length),
  );
}
