import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keys } from '../../core/jobs.ts';
import type { Message } from '../../sim/slack/model.ts';
import { report } from './reports.ts';
import { cluster, openStage, type Asked, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

describe('which investigation a command is about', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
    await stage.startBot();
    const { control, botUserId } = stage.slack;
    control.channel({ user: 'U0ALICE', name: 'breach', is_private: true });
    control.invite({ user: 'U0ALICE', channel: 'breach', users: [botUserId, 'U0CAROL'] });
  });
  afterAll(() => stage.close());

  const whispers = (channel: string, user: string): Message[] =>
    stage.slack.control.messages(channel, user).filter(({ ephemeral_for: whose }) => whose === user);

  async function reported(channel = 'ops'): Promise<Asked> {
    const asked = await stage.ask('checkout', { channel });
    await stage.publish(asked.id, { phase: 'ended', report: report(asked.id) });
    await stage.slack.control.until(() => asked.replies().length >= 3, 15_000);
    return asked;
  }

  /** What the person alone is answered. */
  async function answerTo(user: string, channel: string, say: () => unknown): Promise<string> {
    const before = new Set(whispers(channel, user).map(({ ts }) => ts));
    await say();
    const said = await stage.slack.control.until(
      () =>
        whispers(channel, user).find((one) => !before.has(one.ts) && !wordsOf(one).includes('Writing down')),
      15_000,
    );
    return wordsOf(said);
  }
  const types = (text: string, user = 'U0BOB', channel = 'ops'): Promise<string> =>
    answerTo(user, channel, () => stage.slack.control.command({ user, channel, command: '/netcheck', text }));
  const says = (text: string, thread_ts?: string): Promise<string> =>
    answerTo('U0BOB', 'ops', () =>
      stage.slack.control.message({
        user: 'U0BOB',
        channel: 'ops',
        text: `@netcheck ${text}`,
        ...(thread_ts !== undefined && { thread_ts }),
      }),
    );

  test('in a thread the one that is reported there', async () => {
    const older = await reported();
    const newer = await reported();
    const thread = older.root().ts;
    expect(await says('watch', thread)).toContain(`/netcheck unwatch ${older.id} ends it`);
    expect(await says('export', thread)).toContain(older.id);
    expect(await says('note only from node a', thread)).toContain('Noted');
    expect(await says('cancel', thread)).toContain(`Investigation ${older.id} is over already`);
    expect(await says('unwatch', newer.root().ts)).toContain(`${newer.id} is not watched`);
    expect(await says('unwatch', thread)).toContain(`No longer watching ${older.id}`);
    expect(await says('watch')).toContain(`/netcheck unwatch ${newer.id} ends it`);
    expect(await says(`note ${newer.id} only from node b`)).toContain('Noted');
  });

  test.each(['watch', 'unwatch', 'export', 'cancel', 'note only TLS'])(
    'in a thread without a report none: %s',
    async (text) => {
      await reported();
      const { ts } = stage.slack.control.message({ user: 'U0BOB', channel: 'ops', text: 'lunch?' });
      expect(await says(text, ts)).toContain('There is no report in this thread.');
    },
  );

  test.each<[string, (id: string) => string]>([
    ['watch', () => 'netcheck does not know this investigation any more'],
    ['unwatch', (id) => `${id} is not watched`],
    ['export', (id) => `netcheck knows no investigation ${id} any more`],
    ['cancel', (id) => `There is no investigation ${id}`],
    ['note', (id) => `There is no investigation ${id}`],
  ])('of a private channel from elsewhere none: %s', async (word, answer) => {
    const secret = await reported('breach');
    if (word === 'unwatch') await types('watch', 'U0ALICE', 'breach');
    const before = await stage.documents.read(keys.watch(secret.id));
    const text = `${word} ${secret.id}${word === 'note' ? ' only TLS' : ''}`;
    expect(await types(text, 'U0BOB')).toContain(answer(secret.id));
    expect(await types(text, 'U0CAROL')).toContain(answer(secret.id));
    expect(await stage.documents.read(keys.watch(secret.id))).toEqual(before);
    expect((await stage.documents.entries(keys.notes(secret.id))).size).toBe(0);
    const own = [await types(text, 'U0CAROL', 'breach'), await types(text, 'U0ALICE')];
    expect(own[0]).not.toContain(answer(secret.id));
    if (word !== 'unwatch') expect(own[1]).not.toContain(answer(secret.id));
    expect(await stage.documents.isClaimed(keys.cancelled(cluster, secret.id))).toBe(false);
  });
});
