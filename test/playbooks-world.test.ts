import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Report } from '../core/report.ts';
import type { ServicePlan, WorldPlan } from '../sim/world/plan.ts';
import { modelOf, startWorld, type World } from '../sim/world/world.ts';
import type { WorldName } from '../sim/world/worlds.ts';
import { judgeService } from './support/world-verdicts.ts';

interface Expectation {
  readonly service: string;
  readonly conclusion: Report['conclusion']['kind'];
  readonly confirmed: readonly string[];
  readonly culprit?: RegExp;
  /** What may stay open; everything else must be eliminated. */
  readonly open?: readonly string[];
}

const worlds: Readonly<Record<WorldName, readonly Expectation[]>> = {
  production: [
    {
      service: 'checkout',
      conclusion: 'cause-found',
      confirmed: ['snat-port-race'],
      culprit: /^SNAT\/DNAT on node ip-10-0-1-11$/,
    },
    {
      service: 'cart',
      conclusion: 'cause-found',
      confirmed: ['no-ready-endpoints'],
      culprit: /^selector app=cart of Service shop\/cart$/,
      // Without pods there is no node to look at.
      open: ['softirq-saturation', 'cpu-throttling'],
    },
    {
      service: 'payments',
      conclusion: 'cause-found',
      confirmed: ['wrong-target-port'],
      culprit: /^targetPort 8081 of Service shop\/payments$/,
    },
    {
      service: 'orders',
      conclusion: 'cause-found',
      confirmed: ['conntrack-table-full'],
      culprit: /^conntrack table of node ip-10-0-3-13$/,
      // Too many wait, and nobody connects to each endpoint.
      open: ['listen-backlog-overflow', 'silent-endpoint'],
    },
    {
      service: 'gateway',
      conclusion: 'cause-found',
      confirmed: ['listen-backlog-overflow'],
      culprit: /^accept queue of gateway on node ip-10-0-1-14$/,
    },
    {
      service: 'reports',
      conclusion: 'cause-found',
      confirmed: ['softirq-saturation'],
      culprit: /^softirq of node ip-10-0-2-15; busiest pod platform\/batch-export-/,
    },
    {
      service: 'inventory',
      conclusion: 'not-the-network',
      confirmed: ['cpu-throttling'],
      culprit: /^CPU limit of container inventory in Deployment\/inventory$/,
    },
    {
      service: 'profile',
      conclusion: 'cause-found',
      confirmed: ['rollout-without-drain'],
      culprit: /^rollouts of Deployment\/profile$/,
    },
    { service: 'catalog', conclusion: 'not-the-network', confirmed: [] },
  ],
  'dns-upstream': [
    {
      service: 'search',
      conclusion: 'cause-found',
      confirmed: ['dns-upstream-slow'],
      culprit: /^upstream resolver 10\.0\.0\.2:53$/,
      // Slow for seconds, too: only look-ups over TCP would tell, and nobody makes any.
      open: ['dns-datagrams-lost', 'dns-replica-dead', 'silent-endpoint'],
    },
    { service: 'catalog', conclusion: 'not-the-network', confirmed: [] },
  ],
  'dns-overload': [
    {
      service: 'search',
      conclusion: 'cause-found',
      confirmed: ['coredns-overload'],
      culprit: /^CPU limit of CoreDNS pod coredns-/,
      // Slow for seconds, too: only look-ups over TCP would tell, and nobody makes any.
      open: ['dns-datagrams-lost', 'dns-replica-dead'],
    },
    { service: 'catalog', conclusion: 'not-the-network', confirmed: [] },
  ],
  quiet: [
    { service: 'catalog', conclusion: 'not-the-network', confirmed: [] },
    {
      // Not behind the ingress: nobody measures its connects, so none of that can be ruled out.
      service: 'kube-dns',
      conclusion: 'inconclusive',
      confirmed: [],
      open: [
        'wrong-target-port',
        'rollout-without-drain',
        'dns-datagrams-lost',
        'dns-replica-dead',
        'listen-backlog-overflow',
        'silent-endpoint',
        'softirq-saturation',
      ],
    },
  ],
};

describe.each(Object.entries(worlds) as [WorldName, readonly Expectation[]][])(
  'world %s',
  (name, expected) => {
    let world: World;
    const plan: WorldPlan = modelOf(name, 0).plan;

    beforeAll(async () => {
      world = await startWorld(name);
    });
    afterAll(() => world.close());

    test.each(expected)(
      '$service: $conclusion $confirmed',
      async ({ service, conclusion, confirmed, culprit, open = [] }) => {
        const report = await judgeService(world.prometheusUrl, plan, serviceOf(plan, service));

        expect(causesThatAre('confirmed', report)).toEqual(confirmed);
        expect(causesThatAre('conflict', report)).toEqual([]);
        expect([...causesThatAre('standing', report), ...causesThatAre('unchecked', report)].sort()).toEqual(
          [...open].sort(),
        );
        expect(report.conclusion.kind).toBe(conclusion);
        for (const { reason, culprit: named } of report.hypotheses) {
          expect(reason).not.toMatch(/\(unknown\)|NaN|∞|(^|[ (])-\d/);
          expect(reason.length).toBeLessThan(300);
          if (named !== undefined) expect(named).toMatch(culprit ?? /^$/);
        }
      },
    );

    test.each([5, 60])('accuses nobody else within %i min', async (minutes) => {
      for (const { service, confirmed } of expected) {
        const report = await judgeService(world.prometheusUrl, plan, serviceOf(plan, service), {
          windowSeconds: 60 * minutes,
        });
        expect({ service, confirmed: causesThatAre('confirmed', report) }).toEqual({
          service,
          // The last rollout was 8 min ago.
          confirmed: service === 'profile' && minutes < 8 ? [] : confirmed,
        });
      }
    });
  },
);

function serviceOf(plan: WorldPlan, name: string): ServicePlan {
  const service = plan.services.find((one) => one.name === name);
  if (service === undefined) throw new Error(`There is no service ${name}`);
  return service;
}

function causesThatAre(status: string, { hypotheses }: Report): string[] {
  return hypotheses.filter((one) => one.status === status).map(({ cause }) => cause);
}
