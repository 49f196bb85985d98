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

/** `checkout-7d9f…` belongs to `checkout`; events name pods, ReplicaSets and the Service alike. */
function belongsTo(object: string, service: string): boolean {
  return object === service || object.startsWith(`${service}-`);
}
