import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { startWorld, type World } from '../../../sim/world/world.ts';
import {
  ask,
  clusterQueries,
  dnsQueries,
  ingressQueries,
  nodeQueries,
  type Sample,
  type Subject,
} from './promql.ts';

const racing = 'ip-10-0-1-11';
const clean = 'ip-10-0-2-12';
const full = 'ip-10-0-3-13';
const listening = 'ip-10-0-1-14';
const busy = 'ip-10-0-2-15';
const quiet = 'ip-10-0-3-16';
const allNodes = [racing, clean, full, listening, busy, quiet].sort();

const shop = (service: string): Subject => ({ namespace: 'shop', service });
const platform = (service: string): Subject => ({ namespace: 'platform', service });
const catalog = shop('catalog');

const cpuZeroSoftirq =
  'label_replace(rate(node_cpu_seconds_total{cpu="0",mode="softirq"}[5m]),"internal_ip","$1","instance","(.+):\\\\d+")' +
  ' * on (internal_ip) group_left (node) kube_node_info';

let world: World;

const values = (query: string): Promise<Sample[]> => ask(world.prometheusUrl, query);
async function one(query: string): Promise<number> {
  const samples = await values(query);
  const [sample] = samples;
  if (sample === undefined || samples.length > 1) {
    throw new Error(`${samples.length} answers to ${query}`);
  }
  return sample.value;
}
async function by(label: string, query: string): Promise<Record<string, number>> {
  const samples = await values(query);
  return Object.fromEntries(samples.map(({ labels, value }) => [labels[label] ?? '', value]));
}
/** The nodes for which a query gives more than nothing; every node must have an answer. */
async function nodesWith(query: string, above = 0): Promise<string[]> {
  const all = await by('node', query);
  expect(Object.keys(all).sort()).toEqual(allNodes);
  return Object.keys(all).filter((node) => (all[node] ?? 0) > above);
}

describe('production, in its Prometheus', () => {
  beforeAll(async () => {
    world = await startWorld('production');
  });
  afterAll(() => world.close());

  test('the newest minutes are there at once, and as many series as an hour of a small cluster has', async () => {
    expect(await one('time() - max(timestamp(node_nf_conntrack_entries))')).toBeLessThan(15);
    expect(await one('count({__name__=~".+"})')).toBeGreaterThan(2000);
    expect(await one('count({__name__=~".+"})')).toBeLessThan(6000);
    expect(await one('count(count_over_time(node_nf_conntrack_entries[1h]))')).toBe(6);
    expect(await values('up == 0')).toEqual([]);
  });

  test('every service has enough requests in five minutes to speak of one in a hundred', async () => {
    for (const subject of [
      shop('checkout'),
      shop('orders'),
      platform('gateway'),
      platform('reports'),
      catalog,
    ]) {
      const perController = await by('controller_pod', ingressQueries.connects(subject));
      expect(Object.keys(perController)).toHaveLength(2);
      for (const connects of Object.values(perController)) {
        expect(connects).toBeGreaterThan(10_000);
      }
    }
  });

  describe('catalog is healthy, visibly so', () => {
    test('its answers are all 200, its connects quick, from both controllers', async () => {
      expect(Object.keys(await by('status', ingressQueries.requests(catalog)))).toEqual(['200']);
      expect(await one(ingressQueries.errorShare(catalog))).toBe(0);
      for (const query of [
        ingressQueries.oneSecondShare,
        ingressQueries.threeSecondShare,
        ingressQueries.holeShare,
      ]) {
        expect(Object.values(await by('controller_pod', query(catalog)))).toEqual([0, 0]);
      }
      expect(await one(ingressQueries.quantile(catalog, 'connect', 0.999))).toBeLessThan(0.01);
      expect(await one(ingressQueries.quantile(catalog, 'response', 0.99))).toBeLessThan(0.25);
    });

    test('its endpoints are ready, its containers not throttled, its nodes at rest', async () => {
      expect(await one(clusterQueries.readyEndpoints(catalog))).toBe(3);
      expect(await values(clusterQueries.sliceWithoutEndpoints(catalog))).toEqual([]);
      const ports = await values(clusterQueries.ports(catalog));
      expect(ports.map(({ labels }) => labels['port_number'])).toEqual(['8080']);
      const throttled = await values(clusterQueries.throttled(catalog));
      expect(throttled).toHaveLength(3);
      expect(Math.max(...throttled.map(({ value }) => value))).toBeLessThan(0.01);
      expect(Object.keys(await by('node', clusterQueries.podNodes(catalog))).sort()).toEqual([clean, quiet]);

      for (const node of [clean, quiet]) {
        for (const flat of [
          nodeQueries.insertFailed,
          nodeQueries.conntrackDrop,
          nodeQueries.conntrackEarlyDrop,
          nodeQueries.listenOverflows,
          nodeQueries.softnetDropped,
          nodeQueries.softnetSqueezed,
        ]) {
          expect((await by('node', flat))[node]).toBe(0);
        }
        const use = (await by('node', nodeQueries.conntrackUse))[node];
        expect(use).toBeGreaterThan(0.15);
        expect(use).toBeLessThan(0.35);
        expect((await by('node', nodeQueries.cpuWaiting))[node]).toBeLessThan(0.05);
      }
    });

    test('no pod of it ended, and no name was slow', async () => {
      expect(await values(clusterQueries.podsDeleted(catalog))).toEqual([]);
      expect(await values(clusterQueries.terminatingEndpoints(catalog))).toEqual([]);
      for (const query of [dnsQueries.selfCheckP99, dnsQueries.medianAnswer, dnsQueries.upstreamP99]) {
        const seconds = (await values(query)).map(({ value }) => value);
        expect(seconds.length).toBeGreaterThan(0);
        expect(Math.max(...seconds)).toBeLessThan(0.01);
      }
      expect(await one(dnsQueries.servfail)).toBe(0);
      expect(Object.values(await by('to', dnsQueries.healthcheckFailures))).toEqual([0]);
      expect(Math.max(...Object.values(await by('pod', dnsQueries.throttled)))).toBeLessThan(0.01);
    });
  });

  test('F02 checkout: one second late from one client node, whose insertions fail, and nowhere else', async () => {
    const checkout = shop('checkout');
    const late = await by('node', ingressQueries.oneSecondShareByNode(checkout));
    expect(late[racing]).toBeCloseTo(0.014, 3);
    expect(late[clean]).toBe(0);
    const later = Object.values(await by('controller_pod', ingressQueries.threeSecondShare(checkout)));
    expect(Math.max(...later)).toBeCloseTo(0.0002, 4);
    expect(Object.values(await by('controller_pod', ingressQueries.holeShare(checkout)))).toEqual([0, 0]);
    expect(Object.keys(await by('node', ingressQueries.clientNodes(checkout))).sort()).toEqual(
      [racing, clean].sort(),
    );

    expect(await nodesWith(nodeQueries.insertFailed)).toEqual([racing]);
    const failed = (await by('node', nodeQueries.insertFailed))[racing] ?? 0;
    expect((await by('node', nodeQueries.conntrackDrop))[racing]).toBeCloseTo(failed, 6);
    const lateConnects = await by('controller_pod', ingressQueries.connects(checkout));
    expect(failed * 300).toBeCloseTo(0.0144 * Math.max(...Object.values(lateConnects)), -2);
    expect((await by('node', nodeQueries.conntrackUse))[racing]).toBeLessThan(0.4);
    expect(await one(ingressQueries.errorShare(checkout))).toBe(0);
    expect(
      (await values('kube_node_info')).map(({ labels }) => labels['kernel_version']?.slice(0, 5)),
    ).toEqual(allNodes.map(() => '5.10.'));
  });

  test('F12 orders: the table of its node is full, drops, and no insertion fails', async () => {
    const orders = shop('orders');
    expect(Object.keys(await by('node', clusterQueries.podNodes(orders)))).toEqual([full]);
    expect(Object.keys(await by('node', nodeQueries.fullTable))).toEqual([full]);
    expect((await by('node', nodeQueries.conntrackUse))[full]).toBeGreaterThan(0.999);
    expect((await by('node', nodeQueries.conntrackDrop))[full]).toBeGreaterThan(10);
    expect(await nodesWith(nodeQueries.conntrackEarlyDrop)).toEqual([full]);
    expect((await by('node', nodeQueries.insertFailed))[full]).toBe(0);
    const statuses = await by('status', ingressQueries.requests(orders));
    expect(Object.keys(statuses).sort()).toEqual(['200', '504']);
    expect(await one(ingressQueries.errorShare(orders))).toBeCloseTo(0.08, 2);
  });

  test('F24 reports: the softirq of its node drops packets while a neighbour sends', async () => {
    const reports = platform('reports');
    expect(Object.keys(await by('node', clusterQueries.podNodes(reports)))).toEqual([busy]);
    expect(await nodesWith(nodeQueries.softnetDropped)).toEqual([busy]);
    expect(await nodesWith(nodeQueries.softnetSqueezed)).toEqual([busy]);
    expect(await nodesWith(nodeQueries.cpuWaiting, 0.2)).toEqual([busy]);
    const [top] = await values(nodeQueries.topTalkers);
    expect(top?.labels).toMatchObject({ namespace: 'platform', node: busy });
    expect(top?.labels['pod']).toMatch(/^batch-export-/);
    expect(await nodesWith(`sum by (node) (${cpuZeroSoftirq})`, 0.5)).toEqual([busy]);
    expect(Object.values(await by('controller_pod', ingressQueries.oneSecondShare(reports)))).toEqual([0, 0]);
    expect(
      Math.min(...Object.values(await by('controller_pod', ingressQueries.holeShare(reports)))),
    ).toBeGreaterThan(0);
    expect(await one(ingressQueries.quantile(reports, 'connect', 0.99))).toBeGreaterThan(0.1);
  });

  test('F29 cart: an EndpointSlice without endpoints, and 503 for everyone', async () => {
    const cart = shop('cart');
    expect(await one(clusterQueries.readyEndpoints(cart))).toBe(0);
    expect(await values(clusterQueries.sliceWithoutEndpoints(cart))).toHaveLength(1);
    expect(await one(ingressQueries.errorShare(cart))).toBe(1);
    expect(
      await one(`${clusterQueries.readyEndpoints(cart).replace(' or vector(0)', '')} offset 30m`).catch(
        () => 0,
      ),
    ).toBe(0);
    expect(
      await one(
        'count(kube_endpointslice_endpoints{namespace="shop",endpointslice=~"cart-.{5}",ready="true"} offset 30m)',
      ),
    ).toBe(3);
    expect(await one('max(nginx_ingress_controller_orphan_ingress{namespace="shop",ingress="cart"})')).toBe(
      1,
    );
    expect(await one('max(nginx_ingress_controller_orphan_ingress{ingress!="cart"})')).toBe(0);
  });

  test('F30 payments: ready endpoints at a port at which nobody listens, and 502 for everyone', async () => {
    const payments = shop('payments');
    expect(await one(clusterQueries.readyEndpoints(payments))).toBe(3);
    const ports = await values(clusterQueries.ports(payments));
    expect(ports.map(({ labels }) => labels['port_number'])).toEqual(['8081']);
    expect(
      Object.entries(await by('status', ingressQueries.requests(payments))).filter(([, n]) => n > 0),
    ).toEqual([['502', expect.any(Number)]]);
    expect(await one(ingressQueries.quantile(payments, 'request', 0.99))).toBeLessThan(0.01);
  });

  test('F36 gateway: the accept queue of its node overflows, and every client is late alike', async () => {
    const gateway = platform('gateway');
    expect(Object.keys(await by('node', clusterQueries.podNodes(gateway)))).toEqual([listening]);
    expect(await nodesWith(nodeQueries.listenOverflows)).toEqual([listening]);
    expect(await nodesWith(nodeQueries.listenDrops)).toEqual([listening]);
    for (const share of Object.values(await by('node', ingressQueries.oneSecondShareByNode(gateway)))) {
      expect(share).toBeCloseTo(0.021, 3);
    }
    expect(Object.values(await by('controller_pod', ingressQueries.holeShare(gateway)))).toEqual([0, 0]);
    expect(
      await values('kube_pod_info{namespace="platform",pod=~"gateway-.+",host_network="true"}'),
    ).toHaveLength(1);
  });

  test('F37 inventory: throttled in most periods, quick to connect, slow to answer', async () => {
    const inventory = shop('inventory');
    const throttled = await values(clusterQueries.throttled(inventory));
    expect(throttled.map(({ labels }) => labels['container'])).toEqual(['inventory', 'inventory']);
    for (const { value } of throttled) {
      expect(value).toBeCloseTo(0.62, 2);
    }
    expect(await one(ingressQueries.quantile(inventory, 'connect', 0.99))).toBeLessThan(0.01);
    expect(await one(ingressQueries.quantile(inventory, 'header', 0.9))).toBeGreaterThan(0.5);
    expect(await one(ingressQueries.errorShare(inventory))).toBe(0);
    for (const other of ['checkout', 'cart', 'payments', 'orders', 'catalog'].map(shop)) {
      for (const { value } of await values(clusterQueries.throttled(other))) {
        expect(value).toBeLessThan(0.01);
      }
    }
  });

  test('F40 profile: errors whenever a pod ends, and at no other time', async () => {
    const profile = platform('profile');
    expect(await one(clusterQueries.podsDeleted(profile))).toBe(8);
    expect(await one(clusterQueries.terminatingEndpoints(profile))).toBe(8);
    expect(await one(clusterQueries.errorsWhileTerminating(profile))).toBeGreaterThan(4);
    expect(await values(clusterQueries.errorsOtherwise(profile))).toEqual([]);
    expect(await one(ingressQueries.errorShare(profile))).toBe(0);
    expect(await one(clusterQueries.readyEndpoints(profile))).toBe(4);
  });

  test('what is scraped goes on with the same labels, and a healed service recovers', async () => {
    const cart = shop('cart');
    const seriesOfLastMinutes = 'count(last_over_time({job!="",job!="world"}[5m]))';
    const before = await one(seriesOfLastMinutes);
    world.heal('cart');
    const deadline = Date.now() + 30_000;
    while ((await one(clusterQueries.readyEndpoints(cart))) === 0) {
      expect(Date.now()).toBeLessThan(deadline);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    expect(await one(clusterQueries.readyEndpoints(cart))).toBe(3);
    // The three endpoints of cart are new; everything else went on where the history ended.
    expect(await one(seriesOfLastMinutes)).toBe(before + 3);
    expect(await one('count(scrape_samples_scraped{job="world"} > 2000)')).toBe(1);
    expect(() => world.heal('unheard-of')).toThrow('has no service unheard-of');
  });

  test('the manifests name what the metrics name', async () => {
    const objects = world.manifests.map(
      (text) => parse(text) as { kind: string; metadata: Record<string, string> },
    );
    const named = (kind: string): string[] =>
      objects
        .filter((object) => object.kind === kind)
        .map(({ metadata }) => [metadata['namespace'], metadata['name'], metadata['uid']].join('/'))
        .sort();
    const pods = (await values('kube_pod_info')).map(({ labels }) =>
      [labels['namespace'], labels['pod'], labels['uid']].join('/'),
    );
    expect(named('Pod')).toEqual(pods.sort());
    const slices = (await values('kube_endpointslice_info')).map(
      ({ labels }) => `${labels['namespace'] ?? ''}/${labels['endpointslice'] ?? ''}/`,
    );
    expect(named('EndpointSlice')).toEqual(slices.sort());
    expect(named('Node')).toHaveLength(6);
  });
});

describe.each([
  ['dns-upstream', 'F09'],
  ['dns-overload', 'F08'],
] as const)('%s (%s), in its Prometheus', (name, fault) => {
  beforeAll(async () => {
    world = await startWorld(name);
  });
  afterAll(() => world.close());

  test('search fails and catalog does not', async () => {
    expect(await one(ingressQueries.errorShare(shop('search')))).toBeGreaterThan(0.02);
    expect(await one(ingressQueries.errorShare(catalog))).toBe(0);
    expect(await one(ingressQueries.quantile(shop('search'), 'connect', 0.999))).toBeLessThan(0.01);
  });

  test(fault === 'F09' ? 'only what is forwarded is slow' : 'CoreDNS is slow in everything', async () => {
    const upstream = await by('to', dnsQueries.upstreamP99);
    const selfCheck = Math.max(...Object.values(await by('pod', dnsQueries.selfCheckP99)));
    const median = Math.max(...Object.values(await by('pod', dnsQueries.medianAnswer)));
    const throttled = Math.max(...Object.values(await by('pod', dnsQueries.throttled)));
    const failures = Math.max(...Object.values(await by('to', dnsQueries.healthcheckFailures)));
    if (fault === 'F09') {
      expect(upstream['10.0.0.2:53']).toBeGreaterThan(1.5);
      expect(failures).toBeGreaterThan(0.5);
      expect(await one(dnsQueries.servfail)).toBeGreaterThan(1);
      expect(await one(dnsQueries.slowShare)).toBeLessThan(await one(dnsQueries.forwardedShare));
      expect({ selfCheck: selfCheck < 0.01, median: median < 0.001, throttled: throttled < 0.01 }).toEqual({
        selfCheck: true,
        median: true,
        throttled: true,
      });
    } else {
      expect(selfCheck).toBeGreaterThan(0.1);
      expect(median).toBeGreaterThan(0.03);
      expect(throttled).toBeGreaterThan(0.6);
      expect(upstream['10.0.0.2:53']).toBeLessThan(0.1);
      expect(failures).toBe(0);
      expect(await one(dnsQueries.servfail)).toBe(0);
    }
  });
});
