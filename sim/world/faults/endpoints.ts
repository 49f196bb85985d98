import { during, outside, type Flow, type Window } from '../flow.ts';
import { between } from '../latency.ts';
import type { PodPlan, Traffic } from '../plan.ts';
import { answered, failed, immediate } from '../traffic.ts';

/** A Service without endpoints: the controller itself answers 503. */
export function noEndpointsTraffic(controller: PodPlan, window: Window, requests: Flow): Traffic[] {
  return [
    answered(controller, outside(requests, window)),
    failed(controller, during(requests, window), 503, immediate),
  ];
}

/** Nobody listens at the port: three endpoints refuse within a round trip each, then 502. */
export function refusedTraffic(controller: PodPlan, window: Window, requests: Flow): Traffic[] {
  return [
    answered(controller, outside(requests, window)),
    failed(controller, during(requests, window), 502, between(0.001, 0.004)),
  ];
}
