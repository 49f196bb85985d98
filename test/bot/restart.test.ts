import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { gathering, report } from './reports.ts';
import { cluster, openStage, type Asked, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

const main = join(import.meta.dirname, '../../bot/main.ts');

describe('a bot that goes away in the middle of a report', () => {
  let stage: Stage;
  const processes = new Set<ChildProcess>();

  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(async () => {
    for (const child of processes) child.kill('SIGKILL');
    await stage.close();
  });

  async function runBot(): Promise<ChildProcess> {
    const { slack, redisUrl } = stage;
    const before = slack.control.connections();
    const child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env['PATH'],
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_APP_TOKEN: slack.appToken,
        SLACK_API_URL: slack.apiUrl,
        REDIS_URL: redisUrl,
        NETCHECK_CLUSTER: cluster,
        LOG_LEVEL: 'silent',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    processes.add(child);
    await slack.control.until(() => slack.control.connections() > before, 20_000);
    return child;
  }

  async function finishes(asked: Asked): Promise<void> {
    await stage.publish(asked.id, { phase: 'ended', report: report(asked.id) });
    await stage.slack.control.until(
      () => asked.replies().some((message) => wordsOf(message).includes('*Evidence')),
      20_000,
    );
    expect(asked.root().text).toContain('2.1 s');
    expect(asked.replies()).toHaveLength(3);
    const posts = stage.slack.control.journal().filter(({ method }) => method === 'chat.postMessage');
    expect(posts).toHaveLength(4);
  }

  test('asked to end, it hands its reports over at once', async () => {
    const bot = await stage.startBot();
    const asked = await stage.ask();
    await stage.publish(asked.id, gathering(asked.id));
    await stage.slack.control.until(() => asked.replies().length === 1);
    const asksToEnd = Date.now();
    await bot.close();
    expect(Date.now() - asksToEnd).toBeLessThan(2000);
    await stage.startBot();
    await finishes(asked);
    // Waiting for a lock to run out would take five seconds.
    expect(Date.now() - asksToEnd).toBeLessThan(4000);
  });

  test('killed, it leaves nothing that its successor would post again', async () => {
    const killed = await runBot();
    const asked = await stage.ask();
    await stage.publish(asked.id, gathering(asked.id));
    await stage.slack.control.until(() => asked.replies().length === 1);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const successor = await runBot();
    await finishes(asked);
    successor.kill('SIGTERM');
    const [code] = (await once(successor, 'exit')) as [number | null];
    expect(code).toBe(0);
  });

  test('what was posted and never written down is found again', async () => {
    const bot = await stage.startBot();
    const asked = await stage.ask();
    await stage.publish(asked.id, gathering(asked.id));
    await stage.slack.control.until(() => asked.replies().length === 1);
    await bot.close();
    const key = `netcheck:posted:${asked.id}`;
    await stage.redis.hdel(key, 'message:root', 'message:hypotheses-1');
    await stage.startBot();
    await finishes(asked);
  });
});

test('cut off from Slack, and Slack in trouble, it comes back by itself', async () => {
  const stage = await openStage();
  const { control } = stage.slack;
  try {
    await stage.startBot();
    control.fault({ kind: 'http_error', method: 'apps.connections.open', status: 503, times: 2 });
    control.fault({ kind: 'disconnect', how: 'cut' });
    await control.until(() => control.connections() === 0);
    await control.until(() => control.connections() === 1, 30_000);
    expect((await stage.ask()).root().text).toContain('checkout');
  } finally {
    await stage.close();
  }
});

describe('starting', () => {
  const start = async (env: Record<string, string>): Promise<{ code: number | null; said: string }> => {
    const child = spawn(process.execPath, [main], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said };
  };

  test('says in one line each what is missing', async () => {
    const { code, said } = await start({ SLACK_BOT_TOKEN: 'nonsense', PORT: '99999' });
    expect(code).toBe(1);
    expect(said.trim().split('\n')).toEqual([
      expect.stringMatching(/^SLACK_BOT_TOKEN: expected a token that starts with xoxb-/),
      expect.stringMatching(/^PORT: /),
      'SLACK_APP_TOKEN: set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (signed HTTP)',
    ]);
  });

  test('refuses playbooks that are wrong', async () => {
    const { code, said } = await start({
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_APP_TOKEN: 'xapp-1',
      NETCHECK_PLAYBOOKS: '/nonexistent',
    });
    expect(code).toBe(1);
    expect(said).toMatch(/^\/nonexistent:1:1 Unexpected folder, expected playbooks/);
  });
});
