import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { noteIn } from '../../bot/commands/note.ts';
import { Records } from '../../bot/records.ts';
import { Rooms } from '../../bot/rooms.ts';
import { queueNames } from '../../core/jobs.ts';
import { openQueue } from '../../platform/queues.ts';
import { report } from './reports.ts';
import { cluster, openStage, type Asked, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

const noted = 'Noted as said by you; rules go by measurements only.';

describe('notes of people', () => {
  let stage: Stage;
  let follow: ReturnType<typeof openQueue>;
  let rooms: Rooms;

  beforeAll(async () => {
    stage = await openStage();
    await stage.startBot();
    follow = openQueue(queueNames.follow, stage.redisUrl);
    rooms = new Rooms(new WebClient(stage.slack.botToken), pino({ level: 'silent' }));
  });
  afterAll(async () => {
    await follow.close();
    await stage.close();
  });

  const until: Stage['slack']['control']['until'] = (find) => stage.slack.control.until(find, 15_000);
  const evidenceOf = ({ replies }: Asked): string =>
    replies()
      .map(wordsOf)
      .find((words) => words.includes('*Evidence')) ?? '';

  async function reported(): Promise<Asked> {
    const asked = await stage.ask();
    await end(asked);
    return asked;
  }
  async function end(asked: Asked): Promise<void> {
    await stage.publish(asked.id, { phase: 'ended', report: report(asked.id) });
    await until(() => evidenceOf(asked) !== '');
  }

  /** What the person alone was answered. */
  async function types(text: string, user = 'U0BOB'): Promise<string> {
    const { control } = stage.slack;
    const whispers = () => control.messages('ops').filter((one) => one.ephemeral_for === user);
    const before = whispers().length;
    const outcome = await control.command({ user, channel: 'ops', command: '/netcheck', text });
    expect(outcome.ok).toBe(true);
    return wordsOf(await until(() => whispers()[before]));
  }

  /** As whoever hears of a message in a thread says it. */
  async function says(asked: Asked, text: string, ts: string, thread = asked.root().ts): Promise<string> {
    const records = new Records(stage.documents, cluster, () => Promise.resolve());
    const person = { id: 'U0CAROL', name: 'carol' };
    const said = { channel: 'C0OPS', thread, person, text, ts };
    return wordsOf(await noteIn({ cluster, records, rooms, follow }, said));
  }

  test('are shown beside what was measured, with who said them, and change no verdict', async () => {
    const asked = await reported();
    const before = asked.replies().map(wordsOf);
    expect(await types(`note ${asked.id} only from <node a>, since *noon* <!channel>`)).toBe(noted);
    await until(() =>
      /^\*Evidence \(3\)\*\n“only from &lt;node a&gt;, since \*noon\* &lt;!channel&gt;” — said by bob at \d\d:\d\d UTC\n• Failed conntrack/.test(
        evidenceOf(asked),
      ),
    );
    const after = asked.replies().map(wordsOf);
    const isVerdict = (words: string): boolean => !words.includes('*Evidence') && words !== '';
    expect(after.filter(isVerdict).filter((words) => words !== noted)).toEqual(before.filter(isVerdict));
    expect(stage.slack.control.journal().flatMap(({ notifies = [] }) => notifies)).toEqual([]);
  });

  test('are noted once for each message, in the thread of the report', async () => {
    const asked = await reported();
    expect(await says(asked, 'only TLS', '1.1')).toBe(noted);
    expect(await says(asked, 'only TLS', '1.1')).toBe(noted);
    expect(await says(asked, 'and only\n from node a', '1.2')).toBe(noted);
    await until(() => evidenceOf(asked).includes('“and only from node a” — said by carol'));
    expect(evidenceOf(asked).match(/only TLS/g)).toHaveLength(1);
    expect(await says(asked, 'only TLS', '1.3', '1700000000.000100')).toContain(
      'There is no report in this thread',
    );
  });

  test('that come while it still looks are in the report and in its file', async () => {
    const asked = await stage.ask();
    expect(await types(`note ${asked.id} began at noon`)).toBe(noted);
    await end(asked);
    expect(evidenceOf(asked)).toContain('“began at noon” — said by bob');
    const [file] = await until(() => asked.replies().find(({ files = [] }) => files.length > 0)?.files);
    const text = await (await fetch((file as { url: string }).url)).text();
    expect(text).toMatch(
      /## Said by people: not measured\n\n- began at noon \(said by bob at \d\d:\d\d UTC\)/,
    );
  });

  test.each([
    [
      'of too many characters',
      (id: string) => `note ${id} ${'x'.repeat(301)}`,
      'A note has 300 characters at most',
    ],
    [
      'of an investigation that is not known',
      () => 'note nowhere1 only TLS',
      'There is no investigation nowhere1',
    ],
    ['of nothing', (id: string) => `note ${id}`, 'Type /netcheck note'],
  ])('%s are refused', async (_, text, answer) => {
    const asked = await reported();
    expect(await types(text(asked.id))).toContain(answer);
    expect(await types(`note ${asked.id} ${'y'.repeat(300)}`)).toBe(noted);
    await until(() => evidenceOf(asked).includes('yyy'));
    expect(evidenceOf(asked)).not.toMatch(/xxx|only TLS/);
  });

  test('that come while its messages queue are in the one message of the evidence', async () => {
    const { control } = stage.slack;
    const asked = await stage.ask();
    control.fault({ kind: 'rate_limit', method: 'chat.postMessage', retry_after: 3 });
    await stage.publish(asked.id, { phase: 'ended', report: report(asked.id) });
    await until(() => asked.root().text.includes('checkout.shop'));
    expect(await types(`note ${asked.id} before it was posted`)).toBe(noted);
    expect(await types(`note ${asked.id} and again`)).toBe(noted);
    expect(evidenceOf(asked)).toBe('');
    await until(() => evidenceOf(asked).includes('and again'));
    expect(evidenceOf(asked)).toContain('before it was posted');
    expect(asked.replies().filter((one) => wordsOf(one).includes('*Evidence'))).toHaveLength(1);
  });
});
