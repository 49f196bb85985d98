import { upstream } from '../dns.ts';
import { during, outside, share, steady, sum, type Flow, type Window } from '../flow.ts';
import { around, between, type Latency } from '../latency.ts';
import type { DnsPlan, PodPlan, Traffic } from '../plan.ts';
import { answered } from '../traffic.ts';

/** Of the forwarded queries: late answers, and silence until CoreDNS gives up (a try waits 2 s, the query 5 s). */
const answeredLateShare = 0.3;
const givenUpShare = 0.12;
const lateAnswer: Latency = between(1.3, 1.99);
const deadline: Latency = between(5, 5.02);

/** The resolver behind CoreDNS is slow or silent; names of the cluster do not need it. */
export function slowUpstream(healthy: DnsPlan, window: Window): DnsPlan {
  const forwarded = sum(healthy.answers.filter(({ plugin }) => plugin === 'forward').map(({ flow }) => flow));
  const troubled = during(forwarded, window);
  const late = share(troubled, answeredLateShare);
  const stillGood = sum([outside(forwarded, window), share(troubled, 1 - answeredLateShare - givenUpShare)]);
  return {
    ...healthy,
    answers: [
      ...healthy.answers.filter(({ plugin }) => plugin !== 'forward'),
      { rcode: 'NOERROR', plugin: 'forward', flow: stillGood, latency: around(0.0021, 4) },
      { rcode: 'NOERROR', plugin: 'forward', flow: late, latency: lateAnswer },
      { rcode: 'SERVFAIL', plugin: '', flow: share(troubled, givenUpShare), latency: deadline },
    ],
    // CoreDNS times only what was answered.
    upstream: [
      { to: upstream, rcode: 'NOERROR', flow: stillGood, latency: around(0.0018, 4) },
      { to: upstream, rcode: 'NOERROR', flow: late, latency: lateAnswer },
    ],
    healthcheckFailures: during(steady(0.9, 'coredns/healthcheck-failures'), window),
    healthcheckBroken: during(steady(0.35, 'coredns/healthcheck-broken'), window),
  };
}

/** CoreDNS waits for its CPU quota: everything it does is slow, cached names and its own health page too. */
export function overloaded(healthy: DnsPlan, window: Window): DnsPlan {
  const slowed = <T extends { readonly flow: Flow; readonly latency: Latency }>(
    entries: readonly T[],
    slow: Latency,
  ): T[] =>
    entries.flatMap((entry) => [
      { ...entry, flow: outside(entry.flow, window) },
      { ...entry, flow: during(entry.flow, window), latency: slow },
    ]);
  return {
    ...healthy,
    answers: slowed(healthy.answers, around(0.07, 2)),
    upstream: slowed(healthy.upstream, around(0.0024, 3)),
    selfChecks: slowed(healthy.selfChecks, around(0.08, 2)),
  };
}

/** A service that asks for an external name in every request. */
export function lookupTraffic(
  controller: PodPlan,
  window: Window,
  requests: Flow,
  trouble: {
    readonly errors: number;
    readonly slow: number;
    readonly slowAnswer: Latency;
    readonly errorAfter: Latency;
  },
): Traffic[] {
  const troubled = during(requests, window);
  return [
    answered(controller, outside(requests, window)),
    answered(controller, share(troubled, 1 - trouble.errors - trouble.slow)),
    answered(controller, share(troubled, trouble.slow), { answer: trouble.slowAnswer }),
    answered(controller, share(troubled, trouble.errors), { status: 500, answer: trouble.errorAfter }),
  ];
}
