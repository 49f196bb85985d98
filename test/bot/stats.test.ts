import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import type { Message } from '../../sim/slack/model.ts';
import { killAll, startProcess } from '../workers/support/lab.ts';
import { evidence, report, verdicts } from './reports.ts';
import { cluster, openStage, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

const evil = '<!channel> <https://evil.example|Fix>';

describe.each(['socket', 'http'] as const)('statistics over %s', (mode) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ mode });
    await stage.startBot();
  });
  afterAll(async () => {
    await killAll();
    await stage.close();
  });

  async function stats(text = 'stats'): Promise<Message> {
    const { control } = stage.slack;
    const before = new Set(control.messages('ops').map(({ ts }) => ts));
    const outcome = await control.command({ user: 'U0BOB', channel: 'ops', command: '/netcheck', text });
    expect(outcome).toMatchObject({ ok: true });
    return control.until(() =>
      control
        .messages('ops')
        .find(({ ts, ephemeral_for: whisper }) => !before.has(ts) && whisper === 'U0BOB'),
    );
  }

  test('are nothing before anything was asked', async () => {
    expect(wordsOf(await stats())).toBe('Cluster test, last 7 d: 0 investigations');
  });

  test('say what came of the investigations and what would mend what was not seen, to who asks alone', async () => {
    const first = await stage.ask('checkout');
    const second = await stage.ask('cart');
    const hypotheses = [{ ...verdicts.snat, title: evil }];
    await stage.publish(first.id, { phase: 'ended', report: report(first.id, { hypotheses }) });
    const blind = {
      ...evidence.drops,
      status: 'unavailable',
      why: { reason: 'no-data', detail: '' },
    } as const;
    await stage.publish(second.id, {
      phase: 'ended',
      report: report(second.id, { hypotheses, evidence: [blind] }),
    });

    const said = await stats('stats 1h');
    const words = wordsOf(said);
    expect(words).toContain('*Cluster test, last 1 h: 2 investigations*');
    expect(words).toContain('Started: 2 by command\nEnded: 2 cause found');
    expect(words).toContain('To the conclusion: half within 2.1 s, 95 % within 2.1 s');
    expect(words).toContain('• 2 × &lt;!channel&gt; &lt;https://evil.example|Fix&gt;');
    expect(words).toContain('• 1 × policies, forbidden → grant');
    expect(words).toContain(
      '• 1 × metrics of node-exporter, no data → is node-exporter there, and scraped by this Prometheus?',
    );
    expect(said.notifies ?? []).toEqual([]);
    expect(words.split('\n').length).toBeLessThan(20);
  });

  test('are the same at the command line', async () => {
    const env = { REDIS_URL: stage.redisUrl, NETCHECK_CLUSTER: cluster };
    const json = startProcess(['cli/netcheck.js', 'stats', '--output', 'json'], env);
    expect(await json.exited).toBe(0);
    expect(JSON.parse(json.stdout())).toMatchObject({
      schema: 'netcheck.stats/v1',
      cluster,
      seconds: 604_800,
      investigations: 2,
      triggers: [{ name: 'command', count: 2 }],
      timeToConclusion: { median: 2100, p95: 2100 },
      blind: [{ reason: 'forbidden' }, { reason: 'no-data' }],
      isCut: false,
    });
    const text = startProcess(['cli/netcheck.js', 'stats', '--since', '1d'], env);
    expect(await text.exited).toBe(0);
    const said = stripVTControlCharacters(text.stdout());
    expect(said).toMatch(/^Cluster test, last 1 d: 2 investigations\nStarted: 2 by command\n/);
    const wrong = startProcess(['cli/netcheck.js', 'stats', '--since', 'monday'], env);
    expect(await wrong.exited).toBe(2);
    expect(wrong.stderr()).toContain('Unexpected time "monday"');
  });

  test('without Redis are not to be had, and that is said', async () => {
    await stage.stopRedis();
    expect(wordsOf(await stats())).toContain('cannot reach its Redis right now, so it cannot count');
  });
});
