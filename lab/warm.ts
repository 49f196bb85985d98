import type { Lab } from './lab.ts';

/** Requests that the ingress must have measured: so many that a share of 2 % shows among them. */
const enoughRequests = 150;
const withinSeconds = 60;

/** Waits until everything that is scraped answers, and the application has had some traffic. */
export async function warm(lab: Lab): Promise<void> {
  const first = async (promql: string): Promise<number> => (await lab.query(promql))[0]?.value ?? 0;
  await lab.until('an answer to every scrape', async () => (await first('min(up)')) === 1, withinSeconds);
  const requests = 'sum(nginx_ingress_controller_requests)';
  await lab.until('some traffic', async () => (await first(requests)) >= enoughRequests, withinSeconds);
}
