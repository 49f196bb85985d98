import type { Lab } from './lab.ts';

/** Requests that the ingress must have measured: so many that a share of 2 % shows among them. */
const enoughRequests = 150;
const withinSeconds = 60;

/** Waits until each of `targets` has answered scrapes, so that its counters can grow, and the application has had some traffic. */
export async function warm(lab: Lab, targets: () => number): Promise<void> {
  const first = async (promql: string): Promise<number> => (await lab.query(promql))[0]?.value ?? 0;
  // Prometheus learns of targets after it is up, of each when it is there. An investigation asks for the second before it
  // began, where a counter must have been seen twice.
  const answering = 'count(sum_over_time(up[10s]) >= 3)';
  const isScraped = async (): Promise<boolean> => (await first(answering)) >= targets();
  await lab.until('answers to scrapes of everything', isScraped, withinSeconds);
  const requests = 'sum(nginx_ingress_controller_requests)';
  await lab.until('some traffic', async () => (await first(requests)) >= enoughRequests, withinSeconds);
}
