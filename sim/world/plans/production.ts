import { app, type App, type AppSpec } from '../apps.ts';
import { healthyDns } from '../dns.ts';
import { throttledShare, throttledTraffic } from '../faults/cpu-throttling.ts';
import { fullTableTraffic, nodeWithFullTable } from '../faults/conntrack-table-full.ts';
import { noEndpointsTraffic, refusedTraffic } from '../faults/endpoints.ts';
import { fullBacklogTraffic, nodeWithFullBacklog } from '../faults/listen-backlog-overflow.ts';
import { rolledOut, undrainedTraffic } from '../faults/rollout-without-drain.ts';
import { nodeWithPortRace, portRaceTraffic } from '../faults/snat-port-race.ts';
import { busySoftirqTraffic, nodeWithBusySoftirq } from '../faults/softirq-saturation.ts';
import { isWithin, sum, type Window } from '../flow.ts';
import { healthyNode } from '../nodes.ts';
import {
  since,
  type HealedAt,
  type NodePlan,
  type PodPlan,
  type WorkloadPlan,
  type WorldPlan,
} from '../plan.ts';
import { deployment, healthyContainer, isReadyAt, isTerminatingAt, settled } from '../pods.ts';
import { systemPlan } from '../system.ts';
import { answered, arrivals } from '../traffic.ts';

const checkoutRate = 240;
const gatewayRate = 200;

/** A shop with a different trouble in every service but `catalog`, each of them visible to that service alone. */
export function production(healedAt: HealedAt): WorldPlan {
  const from = (minutesAgo: number, service: string): Window => since(minutesAgo, service, healedAt);
  const race = from(55, 'checkout');
  const overflow = from(30, 'gateway');
  const fullTable = from(20, 'orders');
  const saturation = from(30, 'reports');
  const throttling = from(55, 'inventory');
  const wrongPort = from(35, 'payments');

  const racing = healthyNode('a', 11);
  const clean = healthyNode('b', 12);
  const full = nodeWithFullTable(healthyNode('c', 13), fullTable);
  const listening = healthyNode('a', 14);
  const busy = nodeWithBusySoftirq(healthyNode('b', 15), saturation);
  const quiet = healthyNode('c', 16);
  const base = systemPlan({
    all: [racing, clean, full, listening, busy, quiet],
    ingress: [racing, clean],
    dns: [clean, quiet],
    monitoring: clean,
  });
  const { controllers } = base;
  const shop = { namespace: 'shop', controllers, nodes: [clean, quiet, quiet] };
  const platform = { namespace: 'platform', controllers };

  const apps: App[] = [
    app({
      ...shop,
      name: 'checkout',
      firstHost: 100,
      requestsPerSecond: checkoutRate,
      annotations: { 'nginx.ingress.kubernetes.io/service-upstream': 'true' },
      traffic: (controller, connects) =>
        controller.node === racing
          ? portRaceTraffic(controller, race, connects)
          : [answered(controller, connects)],
    }),
    cart(shop, from(25, 'cart')),
    app({
      ...shop,
      name: 'payments',
      firstHost: 120,
      requestsPerSecond: 120,
      targetPort: 8081,
      container: { readiness: 'exec' },
      endpointPort: (t) => (isWithin(t, wrongPort) ? 8081 : 8080),
      traffic: (controller, requests) => refusedTraffic(controller, wrongPort, requests),
    }),
    app({
      ...shop,
      name: 'orders',
      nodes: [full, full, full],
      firstHost: 130,
      requestsPerSecond: 180,
      traffic: (controller, connects) => fullTableTraffic(controller, fullTable, connects),
    }),
    app({
      ...platform,
      name: 'gateway',
      nodes: [listening],
      firstHost: 0,
      requestsPerSecond: gatewayRate,
      hostNetwork: true,
      traffic: (controller, connects) => fullBacklogTraffic(controller, overflow, connects),
    }),
    app({
      ...platform,
      name: 'reports',
      nodes: [busy, busy],
      firstHost: 140,
      requestsPerSecond: 90,
      traffic: (controller, connects) => busySoftirqTraffic(controller, saturation, connects),
    }),
    app({
      ...shop,
      name: 'inventory',
      nodes: [quiet, clean],
      firstHost: 150,
      requestsPerSecond: 150,
      container: { cpuLimit: 0.25, cpuUse: 0.24, throttledShare, throttling },
      traffic: (controller, requests) => throttledTraffic(controller, throttling, requests),
    }),
    app({
      ...platform,
      name: 'profile',
      nodes: [],
      placements: rolledOut([clean, quiet, clean, quiet], 160),
      firstHost: 160,
      requestsPerSecond: 140,
      container: { preStop: false },
      annotations: { 'nginx.ingress.kubernetes.io/proxy-next-upstream': 'off' },
      endpoints: (t, pods) => pods.filter((pod) => isReadyAt(pod, t) || isTerminatingAt(pod, t)),
      traffic: (controller, requests, pods) => undrainedTraffic(controller, requests, 70, pods),
    }),
    app({ ...shop, name: 'catalog', firstHost: 180, requestsPerSecond: 260 }),
  ];

  const connectsOf = (service: string, rate: number, clients: readonly PodPlan[]) =>
    sum(clients.map((client) => arrivals(service, rate, client, controllers.length)));
  const racers = controllers.filter(({ node }) => node === racing);
  return {
    nodes: [
      nodeWithPortRace(racing, race, connectsOf('checkout', checkoutRate, racers)),
      clean,
      full,
      nodeWithFullBacklog(listening, overflow, connectsOf('gateway', gatewayRate, controllers)),
      busy,
      quiet,
    ],
    workloads: [...base.workloads, ...apps.map(({ workload }) => workload), batchExport(busy)],
    services: [...base.services, ...apps.map(({ service }) => service)],
    dns: healthyDns,
  };
}

/** The pods were renamed to `cart-v2`, the Service still selects `cart`. */
function cart(shop: Pick<AppSpec, 'namespace' | 'controllers' | 'nodes'>, renamed: Window): App {
  const former = deployment(
    {
      workload: 'cart',
      namespace: 'shop',
      labels: { app: 'cart' },
      container: healthyContainer('cart', 'cart:v1.41.0'),
    },
    shop.nodes.map((node, i) => ({
      node,
      host: 110 + i,
      life: { ...settled, deleted: renamed.from, gone: renamed.from + 2 },
    })),
  ).pods;
  return app({
    ...shop,
    name: 'cart',
    workload: 'cart-v2',
    firstHost: 113,
    requestsPerSecond: 160,
    placements: shop.nodes.map((node, i) => ({
      node,
      host: 113 + i,
      life: { ...settled, created: renamed.from - 60, ready: renamed.from - 40 },
    })),
    formerPods: former,
    endpoints: (t, pods) => {
      if (t < renamed.from) {
        return former;
      }
      return isWithin(t, renamed) ? [] : pods;
    },
    traffic: (controller, requests) => noEndpointsTraffic(controller, renamed, requests),
  });
}

/** The neighbour that keeps the node's network busy. */
function batchExport(node: NodePlan): WorkloadPlan {
  const container = healthyContainer('batch-export', 'registry.example.com/platform/batch-export:v3.2.0', {
    cpuLimit: 4,
    cpuUse: 2.6,
  });
  const source = {
    workload: 'batch-export',
    namespace: 'platform',
    labels: { app: 'batch-export' },
    container,
  };
  return deployment({ ...source, sentBytesPerSecond: 310_000_000 }, [{ node, host: 145 }]);
}
