import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { freePort } from '../../sim/world/processes.ts';
import { eventually, killAll, startProcess } from '../workers/support/lab.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
afterEach(async () => {
  await killAll();
  await stage.close();
});

async function readiness(port: number): Promise<{ status: number; body: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
  return { status: answer.status, body: await answer.text() };
}

function ready(port: number, status: 200 | 503): Promise<string> {
  return eventually(
    `it answers ${status}`,
    async () => {
      const answer = await readiness(port);
      return answer.status === status ? answer.body : undefined;
    },
    15_000,
  );
}

test.each(['socket', 'http'] as const)('over %s the bot is ready once Slack can reach it', async (mode) => {
  stage = await openStage({ mode });
  const port = await freePort();
  await stage.startBot({ NETCHECK_METRICS_PORT: port });
  expect(await ready(port, 200)).toBe('ok\n');
});

test('it is not ready while its connection to Slack is cut, and again when it is back', async () => {
  stage = await openStage();
  const port = await freePort();
  await stage.startBot({ NETCHECK_METRICS_PORT: port });
  await ready(port, 200);
  stage.slack.control.fault({ kind: 'disconnect', how: 'cut' });
  expect(await ready(port, 503)).toBe('slack: not connected\n');
  await ready(port, 200);
});

test('a port for metrics that is taken is said in one line', async () => {
  stage = await openStage();
  const taken = createServer().listen(0);
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const bot = startProcess(['cli/main.ts', 'bot'], {
    SLACK_BOT_TOKEN: stage.slack.botToken,
    SLACK_APP_TOKEN: stage.slack.appToken,
    SLACK_API_URL: stage.slack.apiUrl,
    REDIS_URL: stage.redisUrl,
    NETCHECK_METRICS_PORT: String(port),
    LOG_LEVEL: 'silent',
  });
  expect(await bot.exited).toBe(1);
  expect(bot.stderr()).toBe(`NETCHECK_METRICS_PORT: cannot listen on port ${port}: another process has it\n`);
  taken.close();
});
