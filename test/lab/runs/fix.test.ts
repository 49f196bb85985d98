import { expect, test } from '@jest/globals';
import { faults } from '../../../lab/faults/index.ts';
import { seeded } from '../../../lab/random.ts';
import { startLab, type RunningLab } from '../../../lab/start-lab.ts';
import { play } from '../../../sim/demo/play.ts';
import type { Message } from '../../../sim/slack/model.ts';
import { wordsOf } from '../../bot/words.ts';
import { patienceMs, seed, unlessUnfit } from './support.ts';

const sidecar = faults.find(({ id }) => id === 'sidecar');
const channel = 'C0OPS';

/**
 * The whole of a story: a sidecar breaks handshakes, netcheck finds it, somebody approves that the port passes by the
 * proxy, the pods restart, and the probes that found it find it no more.
 */
unlessUnfit('a fix, live')('a fix, live', () => {
  test(
    'of a sidecar that breaks handshakes is approved, made, and shown to help by the same probes',
    async () => {
      const lab = await startLab();
      try {
        if (sidecar === undefined) throw new Error('there is no such fault');
        await sidecar.inject(lab, seeded(seed));
        const { thread } = await play(lab, `/netcheck ${sidecar.ask}`);
        await fixAndExpect(lab, thread[0]);
      } finally {
        await lab.close();
      }
    },
    2 * patienceMs,
  );
});

async function fixAndExpect(
  { slack: { control }, cluster }: RunningLab,
  root: Message | undefined,
): Promise<void> {
  const now = (): readonly Message[] => control.messages(channel);
  const proposal = await control.until(
    () => now().find((one) => one.thread_ts === root?.ts && wordsOf(one).includes('skip-outbound-ports')),
    20_000,
  );
  const clicked = await control.action({
    user: 'U0BOB',
    channel,
    message_ts: proposal.ts,
    ...approveOf(proposal),
  });
  expect(clicked.ok).toBe(true);
  const settled = await control.until(() => {
    const headline = now().find(({ ts }) => ts === root?.ts)?.text ?? '';
    return /\b(fixed|better|worse|unproven|look at it|nothing was changed)$/.test(headline) && headline;
  }, 240_000);
  expect(settled).toMatch(/ · fixed$/);
  const said = wordsOf(now().find(({ ts }) => ts === proposal.ts) ?? proposal);
  expect(said).toMatch(
    /from the target's own pod .* % \(\d+ of \d+; .*\) → 0 of \d+, below [\d.]+ % at 95 %/,
  );
  const checkout = cluster.objects.get({ resource: 'deployments.apps', namespace: 'shop', name: 'checkout' });
  expect(checkout).toMatchObject({
    spec: { template: { metadata: { annotations: { 'config.linkerd.io/skip-outbound-ports': '8443' } } } },
  });
}

/** The button and its block, as a click names them. */
function approveOf({ blocks = [] }: Message): { block_id: string; action_id: string; value: string } {
  const actions = blocks.find(({ type }) => type === 'actions') as unknown as {
    readonly block_id: string;
    readonly elements: readonly { readonly action_id: string; readonly value: string }[];
  };
  const button = actions.elements.find(({ action_id: id }) => id === 'approve_proposal');
  if (button === undefined) throw new Error('there is nothing to approve');
  return { block_id: actions.block_id, ...button };
}
