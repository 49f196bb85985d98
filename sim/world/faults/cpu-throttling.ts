import { during, outside, share, type Flow, type Window } from '../flow.ts';
import { around, between } from '../latency.ts';
import type { PodPlan, Traffic } from '../plan.ts';
import { answered } from '../traffic.ts';

/** Of the scheduler's 100 ms periods. */
export const throttledShare = 0.62;

/** The kernel completes the handshake at once; the application's answer waits for its next period, or several. */
export function throttledTraffic(controller: PodPlan, window: Window, requests: Flow): Traffic[] {
  const throttled = during(requests, window);
  return [
    answered(controller, outside(requests, window)),
    answered(controller, share(throttled, 0.4), { answer: around(0.05, 4) }),
    answered(controller, share(throttled, 0.57), { answer: between(0.1, 1) }),
    answered(controller, share(throttled, 0.03), { answer: between(1, 2.4) }),
  ];
}
