import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { View } from '../../sim/slack/model.ts';
import { preview } from '../core/remediation/remediations.ts';
import { eventually } from '../workers/support/lab.ts';
import { beat } from './heartbeats.ts';
import { proposal, report } from './reports.ts';
import { openStage, type Asked, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

const carol = { id: 'U0CAROL', name: 'carol' };

/** Opens the Home tab, and waits until it is drawn anew. */
async function open({ slack: { control } }: Stage, user: string): Promise<View> {
  const before = control.homeView(user)?.hash;
  control.home({ user });
  return drawn(control, user, before);
}

async function refresh({ slack: { control } }: Stage, user: string): Promise<View> {
  const { id, hash, blocks } = control.homeView(user) ?? ({} as View);
  const block = blocks.find(({ type }) => type === 'actions');
  const outcome = await control.action({
    user,
    view_id: id,
    block_id: String(block?.['block_id']),
    action_id: 'refresh_home',
  });
  expect(outcome).toMatchObject({ ok: true });
  return drawn(control, user, hash);
}

function drawn(control: Stage['slack']['control'], user: string, before?: string): Promise<View> {
  return control.until(() => {
    const now = control.homeView(user);
    return now !== null && now.hash !== before && now;
  });
}

/** Ends an investigation with a change that people may say yes to; says where it is proposed. */
async function propose(stage: Stage, asked: Asked, summary = proposal.summary): Promise<string> {
  const id = `${asked.id}-no-ready-endpoints`;
  const proposals = [{ ...proposal, id, summary }];
  await stage.publish(asked.id, { phase: 'ended', report: report(asked.id, { proposals }) });
  await stage.slack.control.until(() =>
    asked.replies().find((message) => wordsOf(message).includes("Change the Service's")),
  );
  return id;
}

describe.each(['socket', 'http'] as const)('the Home tab over %s', (mode) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ mode });
    await stage.startBot();
  });
  afterAll(() => stage.close());

  test('shows what is under way, what waits, how the parts are and how to ask; anew when refreshed', async () => {
    const nothing = wordsOf(await open(stage, 'U0ALICE'));
    expect(nothing).toContain('No investigations in the last 7 days');
    expect(nothing).toContain('✗ *worker*: no worker of cluster test has said anything in the last hour');
    expect(nothing).toContain('✗ *remediator*');
    expect(nothing).toContain('`/netcheck checkout`');
    expect(nothing).toContain('`^(inc|incident)[-_]`');
    expect(nothing).toContain(
      'May change the cluster once approved by anyone in the channel, but not who asked',
    );
    expect(nothing).not.toContain('Waiting');

    await beat(stage);
    await beat(stage, {
      role: 'remediator',
      prometheus: { since: Date.now() - 180_000, why: 'no <answer>' },
    });
    const first = await stage.ask('catalog', { user: 'U0CAROL' });
    const second = await stage.ask('checkout', { user: 'U0CAROL' });
    const id = await propose(stage, second);
    const words = wordsOf(await refresh(stage, 'U0ALICE'));
    expect(words).toContain('✗ *Prometheus*: no &lt;answer&gt; (1 of 2 processes) for 3 min');
    expect(words).toMatch(/✓ Redis · ✓ worker \(2 min .*✓ remediator .*✓ Kubernetes API/);
    expect(words).toMatch(new RegExp(`\\*Open\\*\n.*\`${first.id}\` catalog · looking it up.*\\|open>`));
    expect(words).toMatch(new RegExp(`\\*Recent\\*\n.*\`${second.id}\` checkout\\.shop: SNAT.*\\|open>`));
    const message = await stage.slack.control.until(() =>
      second.replies().find((one) => wordsOf(one).includes("Change the Service's")),
    );
    expect(words).toMatch(
      new RegExp(
        `Waiting for approval\\*\n• checkout\\.shop: Select 2 pods.* until .* UTC · <[^|]*/p${message.ts.replace('.', '')}\\|open>`,
      ),
    );

    await stage.happen(
      id,
      { kind: 'previewed', preview },
      { kind: 'approve', by: carol, basis: preview.basis, needed: 1, undoUnlessBetter: false },
    );
    const after = wordsOf(await refresh(stage, 'U0ALICE'));
    expect(after).not.toContain('Waiting for approval');
    expect(after).toContain('applying a fix');
  });

  test('says in /netcheck status the same', async () => {
    const { control } = stage.slack;
    await beat(stage, { lastError: { at: Date.now(), why: 'it <!channel> broke' } });
    const asked = await stage.ask('payments', { user: 'U0CAROL' });
    await propose(stage, asked);
    await control.command({ user: 'U0BOB', channel: 'ops', command: '/netcheck', text: 'status' });
    const said = await control.until(() =>
      control.messages('ops', 'U0BOB').findLast(({ ephemeral_for: whisper }) => whisper === 'U0BOB'),
    );
    const words = wordsOf(said);
    expect(words).toMatch(
      /^Cluster test: \d+ open, \d+ recent; 1 waiting for approval; not well: Prometheus/,
    );
    expect(words).toContain('✗ *Prometheus*: no &lt;answer&gt; (1 of 2 processes) for');
    expect(words).toMatch(/• checkout\.shop: Select 2 pods.*\|open>/);
    expect(said.text).toContain('1 waiting for approval');
    expect(said.notifies ?? []).toEqual([]);
    expect(words.split('\n').length).toBeLessThan(15);
  });

  test('names of all kinds stay text', async () => {
    const evil = '<!channel> <https://evil.example|Fix> `*_'.repeat(20);
    await beat(stage, {
      kubernetes: { since: Date.now(), why: evil },
      process: evil,
      version: evil.slice(0, 100),
    });
    const asked = await stage.ask('cart', { user: 'U0CAROL' });
    await propose(stage, asked, evil);
    const view = await open(stage, 'U0BOB');
    const words = wordsOf(view);
    expect(words).toContain('&lt;!channel&gt; &lt;https://evil.example|Fix&gt;');
    expect(words).not.toContain('<!channel>');
    expect(words).not.toContain('<https://evil');
    expect(view.blocks.length).toBeLessThanOrEqual(100);
  });
});

test('what was asked in a private channel only who asked sees, and whoever is there', async () => {
  const stage = await openStage();
  try {
    await stage.startBot();
    const { control, botUserId } = stage.slack;
    control.channel({ user: 'U0ALICE', name: 'inc-breach', is_private: true });
    control.invite({ user: 'U0ALICE', channel: 'inc-breach', users: ['U0CAROL'] });
    // An invitation into an incident channel would start one by itself.
    control.rename({ user: 'U0ALICE', channel: 'inc-breach', name: 'breach' });
    control.invite({ user: 'U0ALICE', channel: 'breach', users: [botUserId] });
    const secret = await stage.ask('vault', { user: 'U0ALICE', channel: 'breach' });
    const shared = await stage.ask('catalog', { user: 'U0ALICE' });
    await propose(stage, secret, 'Open the vault.');
    const at = Date.now();
    await beat(stage, { lastError: { at, investigation: secret.id, why: 'vault has no door' } });

    for (const user of ['U0BOB', 'U0CAROL']) {
      const words = wordsOf(await open(stage, user));
      expect(words).toContain(`\`${shared.id}\``);
      expect(words).toContain('… and 1 more in channels that are not public');
      expect(words).toMatch(/Last error: .* ago, in an investigation that you may not see/);
      for (const leak of [secret.id, 'vault', 'breach', 'Waiting for approval'])
        expect(words).not.toContain(leak);
    }
    const alice = wordsOf(await open(stage, 'U0ALICE'));
    for (const own of [secret.id, 'Open the vault.', 'vault has no door']) expect(alice).toContain(own);

    const statusOf = async (user: string, channel: string): Promise<string> => {
      await control.command({ user, channel, command: '/netcheck', text: 'status' });
      const said = control.messages(channel, user).findLast(({ ephemeral_for: whisper }) => whisper === user);
      return wordsOf(said ?? {});
    };
    expect(await statusOf('U0CAROL', 'ops')).not.toContain(secret.id);
    expect(await statusOf('U0CAROL', 'breach')).toContain(secret.id);
  } finally {
    await stage.close();
  }
});

test('without Redis the Home tab says so, with all that is known without it', async () => {
  const stage = await openStage();
  try {
    await stage.startBot({ NETCHECK_REMEDIATION: 'off' });
    await stage.stopRedis();
    const words = wordsOf(await open(stage, 'U0ALICE'));
    expect(words).toContain('✗ *Redis*: netcheck cannot reach it right now');
    expect(words).toContain('Changes nothing in the cluster');
    expect(words).toContain('`/netcheck help` says more');
    await stage.startRedisAgain();
    const again = async (): Promise<true | undefined> =>
      wordsOf(await refresh(stage, 'U0ALICE')).includes('No investigations') || undefined;
    await eventually('it is back', again, 10_000);
  } finally {
    await stage.close();
  }
});
