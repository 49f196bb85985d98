import { after, around, between, type Latency } from './latency.ts';
import { share, steady, type Flow } from './flow.ts';
import type { PodPlan, Traffic } from './plan.ts';

/** A SYN and its answer within one availability zone or to the next: under a millisecond. */
const quickConnect: Latency = around(0.0008);
/** What a healthy upstream takes to answer. */
const quickAnswer: Latency = around(0.03, 4);
/** What nginx itself takes to turn a request down. */
export const immediate: Latency = around(0.0006);

/** The requests of a service that reach one controller: they share the load evenly. */
export function arrivals(service: string, requestsPerSecond: number, controller: PodPlan, of: number): Flow {
  return share(steady(requestsPerSecond, `${service}/${controller.name}`), 1 / of);
}

/** Requests that the upstream answered, after a connect of its own. */
export function answered(
  controller: PodPlan,
  flow: Flow,
  how: { readonly status?: number; readonly connect?: Latency; readonly answer?: Latency } = {},
): Traffic {
  const { status = 200, connect = quickConnect, answer = quickAnswer } = how;
  const response = after(connect.mean, answer);
  return { controller, status, flow, connect, response, request: response };
}

/** Requests whose connect took a whole number of seconds longer, because a SYN was lost on the way or at its goal. */
export function answeredLate(controller: PodPlan, flow: Flow, seconds: number): Traffic {
  const response = after(seconds, quickAnswer);
  return {
    controller,
    status: 200,
    flow,
    connect: between(seconds, seconds + 0.03),
    response,
    request: response,
  };
}

/** Requests for which nginx had to make up the answer: no upstream time is measured. */
export function failed(controller: PodPlan, flow: Flow, status: number, took: Latency): Traffic {
  return { controller, status, flow, request: took };
}
