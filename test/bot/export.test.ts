import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { keys } from '../../core/jobs.ts';
import type { Report } from '../../core/report.ts';
import type { Message } from '../../sim/slack/model.ts';
import { record } from '../support/recordings.ts';
import { eventually } from '../workers/support/lab.ts';
import { manifest } from './manifest.ts';
import { gathering, proposal } from './reports.ts';
import { cluster, openStage, type Asked, type Stage, type StageOptions } from './stage.ts';
import { wordsOf } from './words.ts';

describe('the post-incident text', () => {
  let stage: Stage;
  beforeEach(() => open());
  afterEach(() => stage.close());

  async function open(options?: StageOptions): Promise<void> {
    stage = await openStage(options);
    await stage.startBot();
  }

  const recorded = record();

  /** An investigation that has ended, with all its files in the thread if there are any. */
  async function ended(proposals: Report['proposals'] = [], files = 1): Promise<Asked> {
    const asked = await stage.ask();
    for (const one of recorded.evidence)
      await stage.documents.add(keys.evidence(cluster, asked.id), one.request.id, one);
    const report = { ...recorded.report, id: asked.id, proposals };
    await stage.publish(asked.id, { phase: 'ended', report }, { startedAt: report.timings.startedAt });
    await stage.slack.control.until(() => exportButton(asked) && filesIn(asked).length >= files);
    return asked;
  }

  function filesIn(asked: Asked): NonNullable<Message['files']> {
    return asked.replies().flatMap(({ files = [] }) => files);
  }

  function reviewsIn(asked: Asked): NonNullable<Message['files']> {
    return filesIn(asked).filter(({ name }) => name.startsWith(`netcheck-${asked.id}-review-`));
  }

  /** Messages with files that were ever put into Slack. */
  function uploads(): number {
    return stage.slack.control.journal().filter(({ method }) => method === 'files.completeUploadExternal')
      .length;
  }

  async function textOf(file: { readonly url?: string } | undefined): Promise<string> {
    return (await fetch(file?.url ?? '')).text();
  }

  interface ButtonAt {
    readonly message_ts: string;
    readonly block_id: string;
    readonly value: string;
  }

  function exportButton(asked: Asked): ButtonAt | undefined {
    for (const { ts, blocks = [] } of asked.replies())
      for (const block of blocks) {
        const { elements = [], block_id: id } = block as unknown as {
          elements?: { action_id?: string; value?: string }[];
          block_id?: string;
        };
        const found = elements.find(({ action_id: action }) => action === 'export_incident');
        if (found !== undefined) return { message_ts: ts, block_id: id ?? '', value: found.value ?? '' };
      }
    return undefined;
  }

  async function click(asked: Asked, user = 'U0BOB'): Promise<string> {
    const { control } = stage.slack;
    const button = await control.until(() => exportButton(asked));
    const before = new Set(control.messages('ops').map(({ ts }) => ts));
    const outcome = await control.action({ user, channel: 'ops', action_id: 'export_incident', ...button });
    expect(outcome.ok).toBe(true);
    return whisperTo(user, before);
  }

  async function whisperTo(user: string, before: ReadonlySet<string>): Promise<string> {
    const { control } = stage.slack;
    const isNew = ({ ts, ephemeral_for: whisper }: Message) => whisper === user && !before.has(ts);
    return wordsOf(await control.until(() => control.messages('ops').find(isNew)));
  }

  /** What is said after the command was taken. */
  async function command(text: string, channel = 'ops'): Promise<string> {
    const { control } = stage.slack;
    const before = new Set(control.messages(channel).map(({ ts }) => ts));
    const user = 'U0ALICE';
    expect(await control.command({ user, channel, command: '/netcheck', text })).toMatchObject({ ok: true });
    const answers = () =>
      control.messages(channel).filter((one) => !before.has(one.ts) && one.ephemeral_for === user);
    const [, last] = await control.until(() => (answers().length > 1 ? answers() : undefined));
    return last === undefined ? '' : wordsOf(last);
  }

  test('comes into the thread at a click, with the way to the charts, and the clicker is told', async () => {
    const asked = await ended();
    expect(await click(asked)).toBe(`The post-incident text of ${asked.id} is in the thread now.`);
    const [review] = await stage.slack.control.until(() =>
      reviewsIn(asked).length > 0 ? reviewsIn(asked) : undefined,
    );
    expect(review?.name).toMatch(/\.md$/);
    const text = await textOf(review);
    expect(text).toMatch(/^# cart\.shop: The drops\n\nThe drops\. 41 packets were lost on node-a\./);
    expect(text).toContain(' alice asked about cart.shop since 30m\n');
    expect(text).toMatch(/\n- \[Packets lost over time\]\(<https?:\/\/[^>]+\/archives\/[^>]+\/p\d+>\)\n/);
    expect(text).toContain(`- Cluster ${cluster}\n`);
  });

  test('comes once, however often and by whomever it is clicked, until something has changed', async () => {
    const asked = await ended([{ ...proposal, id: 'p1' }]);
    const before = uploads();
    const [first, second] = await Promise.all([click(asked, 'U0BOB'), click(asked, 'U0CAROL')]);
    const answers = [first, second].join('\n');
    expect(answers).toContain('is in the thread now.');
    expect(answers).toMatch(/being put into the thread just now|is in the thread already/);
    expect(await click(asked)).toMatch(/is in the thread already, and nothing has changed since\.$/);
    expect(uploads() - before).toBe(1);

    await stage.happen('p1', { kind: 'dismiss', by: { id: 'U0CAROL', name: 'carol' } });
    expect(await click(asked)).toMatch(/is in the thread now\.$/);
    const reviews = await stage.slack.control.until(() =>
      reviewsIn(asked).length === 2 ? reviewsIn(asked) : undefined,
    );
    expect(await textOf(reviews[0])).toContain('- Outcome: Nobody has decided on it\n');
    expect(await textOf(reviews[1])).toContain('- Outcome: Dismissed by carol\n');
  });

  test('is not put there again where the bot died before it wrote that down', async () => {
    const asked = await ended();
    await click(asked);
    const posted = keys.posted(asked.id);
    const roles = (await stage.redis.hkeys(posted)).filter((role) => role.startsWith('message:review-'));
    expect(roles).toHaveLength(1);
    await stage.slack.control.until(() => reviewsIn(asked).length === 1);
    await stage.redis.hdel(posted, ...roles);

    const before = uploads();
    expect(await click(asked)).toContain('is in the thread already');
    expect(uploads()).toBe(before);
    await eventually(
      'that is written down',
      async () => {
        const found = await stage.redis.hexists(posted, roles[0] ?? '');
        return found === 1 || undefined;
      },
      5000,
    );
  });

  test('where netcheck may not upload, that is said with the way around it', async () => {
    await stage.close();
    const bot = manifest.oauth_config.scopes.bot.filter((scope) => scope !== 'files:write');
    await open({ manifest: { ...manifest, oauth_config: { scopes: { bot } } } });
    const asked = await ended([], 0);
    const said = await click(asked);
    expect(said).toContain('its app lacks the scope files:write');
    expect(said).toContain(`netcheck export ${asked.id} --format markdown`);
    // Nothing is left behind that would keep the next one from being told the same.
    expect(await click(asked)).toBe(said);
  });

  test('comes by command, of the newest of the channel or of one that is named', async () => {
    const asked = await ended();
    const before = uploads();
    const later = await stage.ask('cart');
    await stage.publish(later.id, gathering(later.id));
    expect(await command('export')).toMatch(
      new RegExp(`^The post-incident text of ${asked.id} is in the thread now\\. <https?://.*\\|Open>$`),
    );
    expect(await command(`export ${asked.id}`)).toContain('is in the thread already');
    expect(await command(`export ${later.id}`)).toBe(
      `Investigation ${later.id} is still under way. Export it when it has ended.`,
    );
    expect(await command('export never1')).toMatch(/^netcheck knows no investigation never1 any more/);
    expect(uploads() - before).toBe(1);
  });

  test('of a channel in which nothing has ended there is none', async () => {
    expect(await command('export')).toMatch(/^No investigation has ended in this channel\./);
    const asked = await stage.ask();
    await stage.publish(asked.id, { phase: 'failed', why: 'no API server' });
    expect(await command(`export ${asked.id}`)).toMatch(/ended without a report, so there is nothing to exp/);
  });
});
