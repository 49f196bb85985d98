import { app, type AppSpec } from '../apps.ts';
import { healthyDns } from '../dns.ts';
import { lookupTraffic, overloaded, slowUpstream } from '../faults/dns.ts';
import type { Window } from '../flow.ts';
import { around, between } from '../latency.ts';
import { healthyNode } from '../nodes.ts';
import {
  since,
  type ContainerPlan,
  type DnsPlan,
  type HealedAt,
  type PodPlan,
  type Traffic,
  type WorldPlan,
} from '../plan.ts';
import type { Flow } from '../flow.ts';
import { systemPlan } from '../system.ts';

/** In a cluster where all is well. */
export function quiet(): WorldPlan {
  return withServices(healthyDns, {}, []);
}

/** The resolver that CoreDNS forwards to is slow; `search` looks up names outside the cluster. */
export function dnsUpstream(healedAt: HealedAt): WorldPlan {
  const window = since(28, 'search', healedAt);
  const trouble = {
    errors: 0.06,
    slow: 0.15,
    slowAnswer: between(1.35, 2.1),
    errorAfter: between(5.02, 5.2),
  };
  return withServices(slowUpstream(healthyDns, window), {}, [search(window, trouble)]);
}

/** CoreDNS has too little CPU for what it is asked. */
export function dnsOverload(healedAt: HealedAt): WorldPlan {
  const window = since(28, 'search', healedAt);
  const trouble = { errors: 0.04, slow: 0.4, slowAnswer: around(0.3, 2.5), errorAfter: between(5.02, 5.2) };
  const starved = { cpuLimit: 0.2, cpuUse: 0.196, throttledShare: 0.71, throttling: window };
  return withServices(overloaded(healthyDns, window), starved, [search(window, trouble)]);
}

type Extra = Pick<AppSpec, 'name' | 'firstHost' | 'requestsPerSecond' | 'traffic'>;

function search(window: Window, trouble: Parameters<typeof lookupTraffic>[3]): Extra {
  return {
    name: 'search',
    firstHost: 190,
    requestsPerSecond: 180,
    traffic: (controller: PodPlan, requests: Flow): Traffic[] =>
      lookupTraffic(controller, window, requests, trouble),
  };
}

function withServices(
  dns: DnsPlan,
  dnsContainer: Partial<ContainerPlan>,
  extras: readonly Extra[],
): WorldPlan {
  const nodes = (['a', 'b', 'c', 'a', 'b', 'c'] as const).map((zone, i) => healthyNode(zone, 11 + i));
  const [first, second, third, , , last] = nodes;
  if (first === undefined || second === undefined || third === undefined || last === undefined) {
    throw new Error('A world has six nodes');
  }
  const base = systemPlan(
    { all: nodes, ingress: [first, second], dns: [second, last], monitoring: second },
    dnsContainer,
  );
  const shop = { namespace: 'shop', controllers: base.controllers, nodes: [second, third, last] };
  const apps = [
    app({ ...shop, name: 'catalog', firstHost: 180, requestsPerSecond: 260 }),
    ...extras.map((extra) => app({ ...shop, ...extra })),
  ];
  return {
    nodes,
    workloads: [...base.workloads, ...apps.map(({ workload }) => workload)],
    services: [...base.services, ...apps.map(({ service }) => service)],
    dns,
  };
}
