import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** CoreDNS's `plugin.TimeBuckets`: from 0.25 ms, doubling, up to 8.192 s. */
const timeBuckets = Array.from({ length: 16 }, (_, nth) => 0.00025 * 2 ** nth);
/** CoreDNS's `plugin.SlimTimeBuckets`: up to 2.5 s. */
const slimTimeBuckets = [0.00025, 0.0025, 0.025, 0.25, 2.5];

const proxyName = 'forward';

/** One question and what became of it. */
export interface Answered {
  readonly proto: 'udp' | 'tcp';
  readonly type: string;
  readonly rcode: string;
  /** Which plugin wrote the answer; the server itself did where none has a name. */
  readonly plugin: 'kubernetes' | 'cache' | 'forward' | '';
  readonly seconds: number;
}

/** What CoreDNS measures of itself, by its names, labels and buckets. */
export class Metrics {
  readonly registry = new Registry();
  readonly #where: { readonly server: string; readonly view: '' };
  readonly #requests = this.#counter('dns_requests_total', [
    'server',
    'zone',
    'view',
    'proto',
    'family',
    'type',
  ]);
  readonly #responses = this.#counter('dns_responses_total', ['server', 'zone', 'view', 'rcode', 'plugin']);
  readonly #durations = this.#histogram(
    'dns_request_duration_seconds',
    ['server', 'zone', 'view'],
    timeBuckets,
  );
  readonly #cacheRequests = this.#counter('cache_requests_total', ['server', 'zones', 'view']);
  readonly #cacheHits = this.#counter('cache_hits_total', ['server', 'type', 'zones', 'view']);
  readonly #cacheMisses = this.#counter('cache_misses_total', ['server', 'zones', 'view']);
  readonly #proxied = this.#histogram(
    'proxy_request_duration_seconds',
    ['proxy_name', 'to', 'rcode'],
    timeBuckets,
  );
  readonly #healthcheckFailures = this.#counter('proxy_healthcheck_failures_total', ['proxy_name', 'to']);
  readonly #healthcheckBroken = this.#counter('forward_healthcheck_broken_total', []);
  readonly #selfChecks = this.#histogram('health_request_duration_seconds', [], slimTimeBuckets);
  readonly #selfCheckFailures = this.#counter('health_request_failures_total', []);

  constructor(port: number, cacheEntries: () => number) {
    this.#where = { server: `dns://:${port}`, view: '' };
    const where = { ...this.#where, type: 'success', zones: '.' };
    new Gauge({
      ...this.#named('cache_entries', ['server', 'type', 'zones', 'view']),
      collect() {
        this.set(where, cacheEntries());
      },
    });
  }

  answered({ proto, type, rcode, plugin, seconds }: Answered): void {
    const where = { ...this.#where, zone: '.' };
    this.#requests.inc({ ...where, proto, family: '1', type });
    this.#responses.inc({ ...where, rcode, plugin });
    this.#durations.observe(where, seconds);
  }

  cacheAsked(hit: 'success' | 'denial' | undefined): void {
    const where = { ...this.#where, zones: '.' };
    this.#cacheRequests.inc(where);
    if (hit === undefined) this.#cacheMisses.inc(where);
    else this.#cacheHits.inc({ ...where, type: hit });
  }

  /** A try that was answered; CoreDNS times no others. */
  proxied(to: string, rcode: string, seconds: number): void {
    this.#proxied.observe({ proxy_name: proxyName, to, rcode }, seconds);
  }

  healthcheckFailed(to: string): void {
    this.#healthcheckFailures.inc({ proxy_name: proxyName, to });
  }

  healthcheckBroken(): void {
    this.#healthcheckBroken.inc();
  }

  selfChecked(seconds: number, failed: boolean): void {
    this.#selfChecks.observe(seconds);
    if (failed) this.#selfCheckFailures.inc();
  }

  #counter(name: string, labelNames: readonly string[]): Counter {
    return new Counter(this.#named(name, labelNames));
  }

  #histogram(name: string, labelNames: readonly string[], buckets: number[]): Histogram {
    return new Histogram({ ...this.#named(name, labelNames), buckets });
  }

  #named(
    name: string,
    labelNames: readonly string[],
  ): { name: string; help: string; labelNames: string[]; registers: Registry[] } {
    return { name: `coredns_${name}`, help: name, labelNames: [...labelNames], registers: [this.registry] };
  }
}
