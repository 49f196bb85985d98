import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openBundle } from '../../core/bundle.ts';
import { keys } from '../../core/jobs.ts';
import { replay } from '../../core/replay.ts';
import type { Report } from '../../core/report.ts';
import type { Message } from '../../sim/slack/model.ts';
import { record } from '../support/recordings.ts';
import { eventually } from '../workers/support/lab.ts';
import { proposal } from './reports.ts';
import { cluster, openStage, type Asked, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

describe('the bundle in the thread', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.close());

  const recorded = record();

  /** Says as a worker what an investigation went by, found and came to. */
  async function end(asked: Asked, proposals: Report['proposals'] = []): Promise<Report> {
    const { documents } = stage;
    const { settled, evidence, playbooks } = recorded;
    await documents.write(keys.settled(cluster, asked.id), 0, {
      ...settled,
      requester: 'U0ALICE',
      playbooks: 'v1',
    });
    await documents.write(keys.playbooks('v1'), 0, { files: playbooks });
    for (const one of evidence) await documents.add(keys.evidence(cluster, asked.id), one.request.id, one);
    const report = { ...recorded.report, id: asked.id, proposals };
    await stage.publish(asked.id, { phase: 'ended', report }, { startedAt: report.timings.startedAt });
    return report;
  }

  function withFiles(asked: Asked): readonly Message[] {
    return asked.replies().filter(({ files = [] }) => files.length > 0);
  }

  function calls(wanted: string): unknown[] {
    return stage.slack.control.journal().filter(({ method }) => method === wanted);
  }

  async function uploaded(asked: Asked): Promise<Message> {
    return stage.slack.control.until(() => withFiles(asked)[0]);
  }

  test('comes in the message of the evidence, and is decided again to the same report', async () => {
    await stage.startBot();
    const asked = await stage.ask();
    const report = await end(asked);
    const { files = [] } = await uploaded(asked);
    const bundle = `netcheck-cart-${asked.id}.json`;
    expect(files.map(({ name }) => name)).toEqual([
      `netcheck-${asked.id}-chart-1.png`,
      `netcheck-${asked.id}-looks.md`,
      bundle,
    ]);
    expect(calls('files.completeUploadExternal')).toHaveLength(1);

    const { url = '', mimetype } = files.find(({ name }) => name === bundle) ?? {};
    expect(mimetype).toBe('application/json');
    const opened = openBundle(await (await fetch(url)).text());
    if ('problem' in opened) throw new Error(opened.problem);
    expect(replay(opened.bundle)).toEqual({ report, differences: [] });
  });

  test('is not posted again after a crash, even if nobody wrote down that it was', async () => {
    const bot = await stage.startBot();
    const asked = await stage.ask();
    // The last message waits for a dry run, so that the report is not complete when the bot goes away.
    const ended = end(asked, [proposal]);
    await stage.slack.control.until(() =>
      asked.replies().some((reply) => wordsOf(reply).includes('*Evidence')),
    );
    await ended;
    await uploaded(asked);
    const posted = keys.posted(asked.id);
    const isNoted = async () => (await stage.redis.hexists(posted, 'message:bundle')) === 1 || undefined;
    await eventually('the bundle is noted', isNoted, 5000);
    await bot.close();
    await stage.redis.hdel(posted, 'message:bundle', 'message:looks', 'message:chart-1');

    await stage.startBot();
    await stage.slack.control.until(() =>
      asked.replies().some((reply) => wordsOf(reply).includes('nothing to approve yet')),
    );
    expect(withFiles(asked)).toHaveLength(1);
    expect(calls('files.completeUploadExternal')).toHaveLength(1);
    expect(await isNoted()).toBe(true);
  });

  test('is left out where the playbooks are not kept, and the rest is there', async () => {
    await stage.startBot();
    const asked = await stage.ask();
    await stage.publish(asked.id, { phase: 'ended', report: { ...recorded.report, id: asked.id } });
    const { files = [] } = await uploaded(asked);
    expect(files.map(({ name }) => name)).toEqual([`netcheck-${asked.id}-looks.md`]);
  });
});
