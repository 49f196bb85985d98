import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../../lab.ts';
import type { Undo } from '../../net/undo.ts';
import { checkoutCalls, letCheckoutCall, type Calls } from './checkout.ts';

/** To a far end that has to be looked up outside the cluster. */
export const lookUps: Calls = { far: 'legacy.example.com:7000', share: 1 };

/** Seconds until so many questions are asked, or requests made. */
const patience = 60;
/** As many as a cluster forwards while nobody minds: few enough of them late show that upstream is quick. */
const enoughForwarded = 200;
/** Seconds in which as much happens as of a strong fault. */
const weakSeconds = 20;
/** A sign that nobody overlooks. */
const enough = 60;

/** Lets checkout look up a name outside the cluster, besides that of payments, where another fault has not seen to it. */
export async function letCheckoutLookUp(lab: Lab): Promise<Undo> {
  return checkoutCalls(lab, lookUps.far) ? () => Promise.resolve() : letCheckoutCall(lab, lookUps);
}

/** Waits until checkout has looked up such names for a while. */
export function untilQuestionsAreForwarded(lab: Lab): Promise<void> {
  const forwarded = 'sum(coredns_proxy_request_duration_seconds_count)';
  return untilAt(lab, 'questions that CoreDNS forwards', forwarded, enoughForwarded);
}

const requests = 'nginx_ingress_controller_request_duration_seconds';
/** Nobody asks in the very second in which it begins. */
const since = '[5m] offset 5s';

/**
 * Waits until requests to checkout take seconds for what they look up, or come to nothing, and their metrics have had time
 * to grow. What is too weak for that gets its time alone: `weak`.
 */
export async function untilRequestsWait(lab: Lab, weak = false): Promise<void> {
  if (weak) return sleep(weakSeconds * 1000);
  const all = `sum(increase(${requests}_count{service="checkout"}${since}))`;
  const quick = `sum(increase(${requests}_bucket{service="checkout", status!~"5..", le="2.5"}${since}))`;
  await untilAt(lab, 'requests that take 2.5 s', `${all} - ${quick}`, enough);
}

/** Waits until CoreDNS has had to wait for its upstream. */
export function untilUpstreamIsLate(lab: Lab): Promise<void> {
  const answers = 'coredns_dns_request_duration_seconds';
  const late = `sum(increase(${answers}_count${since})) - sum(increase(${answers}_bucket{le="0.512"}${since}))`;
  return untilAt(lab, 'answers that take CoreDNS 0.5 s', late, enough);
}

async function untilAt(lab: Lab, what: string, promql: string, least: number): Promise<void> {
  const isThere = async (): Promise<boolean> => {
    const [sample] = await lab.query(promql);
    return sample !== undefined && sample.value >= least;
  };
  await lab.until(what, isThere, patience);
}
