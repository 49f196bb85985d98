import { none, share, steady } from './flow.ts';
import { around } from './latency.ts';
import type { DnsPlan } from './plan.ts';

/** The VPC's own resolver, as the Corefile names it. */
export const upstream = '10.0.0.2:53';
/** Of each of the two CoreDNS pods. */
export const queriesPerSecond = 420;
/** Share of the queries for names outside the cluster that the cache did not know. */
export const externalShare = 0.06;

const selfCheckPerSecond = 1;

const queries = steady(queriesPerSecond, 'coredns');

export const healthyDns: DnsPlan = {
  answers: [
    { rcode: 'NOERROR', plugin: 'cache', flow: share(queries, 0.58), latency: around(0.0001, 4) },
    { rcode: 'NOERROR', plugin: 'kubernetes', flow: share(queries, 0.22), latency: around(0.00018, 4) },
    // What ndots:5 costs: every external name is first asked for with the search suffixes.
    { rcode: 'NXDOMAIN', plugin: 'kubernetes', flow: share(queries, 0.14), latency: around(0.00018, 4) },
    { rcode: 'NOERROR', plugin: 'forward', flow: share(queries, externalShare), latency: around(0.0021, 4) },
  ],
  upstream: [
    { to: upstream, rcode: 'NOERROR', flow: share(queries, externalShare), latency: around(0.0018, 4) },
  ],
  selfChecks: [{ flow: steady(selfCheckPerSecond, 'coredns/health'), latency: around(0.0006, 6) }],
  healthcheckFailures: none,
  healthcheckBroken: none,
  rejects: none,
};
