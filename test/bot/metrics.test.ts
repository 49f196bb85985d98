import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '../../sim/world/processes.ts';
import { scrape, type Scrape } from '../support/scrape.ts';
import { eventually } from '../workers/support/lab.ts';
import { proposal, report } from './reports.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let port: number;

beforeAll(async () => {
  stage = await openStage();
  port = await freePort();
  await stage.startBot({ NETCHECK_METRICS_PORT: port });
});
afterAll(() => stage.close());

function scraped(what: string, holds: (scrape: Scrape) => boolean): Promise<Scrape> {
  return eventually(
    what,
    async () => {
      const one = await scrape(port);
      return holds(one) ? one : undefined;
    },
    10_000,
  );
}

const errors = 'netcheck_slack_errors_total';
const limits = 'netcheck_slack_rate_limits_total';
const events = 'netcheck_remediation_events_total';

test('threads, proposals and the queues that nobody empties are counted', async () => {
  const before = await scrape(port);
  expect(before.sum('netcheck_follow_jobs')).toBe(0);
  const asked = await stage.ask();
  const { sum } = await scraped('it is followed', (one) => one.sum('netcheck_follow_jobs') === 1);
  // The stage has no worker.
  expect(sum('netcheck_queue_jobs', { queue: 'investigate', state: 'waiting' })).toBe(1);
  expect(sum('netcheck_queue_jobs', { queue: 'follow', state: 'active' })).toBe(1);

  const ended = report(asked.id, { proposals: [{ ...proposal, id: `${asked.id}-no-ready-endpoints` }] });
  await stage.publish(asked.id, { phase: 'ended', report: ended });
  const after = await scraped('it is done', (one) => one.sum('netcheck_follow_jobs') === 0);
  expect(after.sum(events, { happening: 'proposed' })).toBe(1);
  expect(after.sum(events)).toBe(1);
});

test('what Slack does not take is counted, by method and why', async () => {
  const { control } = stage.slack;
  const method = 'chat.postMessage';
  control.fault({ kind: 'rate_limit', method });
  const asked = await stage.ask();
  const limited = await scraped('it came too fast', (one) => one.sum(limits, { method }) === 1);
  expect(limited.sum(errors, { method })).toBeUndefined();

  control.fault({ kind: 'error', method, error: 'internal_error' });
  control.fault({ kind: 'http_error', method, status: 503 });
  await stage.publish(asked.id, { phase: 'ended', report: report(asked.id) });
  const { sum } = await scraped('it failed', (one) => one.sum(errors, { method }) === 2);
  expect(sum(errors, { method, error: 'internal_error' })).toBe(1);
  expect(sum(errors, { method, error: 'slack_webapi_http_error' })).toBe(1);
});

test('without Redis the bot is not ready, and says why', async () => {
  const ready = (): Promise<Response> => fetch(`http://127.0.0.1:${port}/readyz`);
  expect((await ready()).status).toBe(200);
  await stage.stopRedis();
  const answer = await eventually(
    'it is noticed',
    async () => {
      const one = await ready();
      return one.status === 503 ? one : undefined;
    },
    5000,
  );
  expect(await answer.text()).toBe('redis: no answer to a PING within 1 s\n');
  const started = performance.now();
  expect((await scrape(port)).sum('netcheck_queue_jobs')).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(2000);
  await stage.startRedisAgain();
});
