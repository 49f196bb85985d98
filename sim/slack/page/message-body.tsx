import { lookUpOptions, sendAction } from './api.ts';
import { Attachments } from './attachments.tsx';
import { BlockHostContext, type BlockHost } from './blocks/block-host.ts';
import { Blocks } from './blocks/blocks.tsx';
import { Mrkdwn } from './blocks/mrkdwn.tsx';
import { Files } from './files.tsx';
import { useSession } from './session.ts';
import type { Message } from './wire.ts';

export function MessageBody({ message }: { readonly message: Message }) {
  const { workspace, fail } = useSession();
  const { attachments = [], blocks = [], files = [], text } = message;
  const place = { user: workspace.me.id, channel: message.channel, message_ts: message.ts };
  const host: BlockHost = {
    async act(block_id, action_id, { type: _, ...value }) {
      const { ok, error } = await sendAction({ ...place, block_id, action_id, ...value });
      if (!ok) fail('The action failed', error);
    },
    options: async (block_id, action_id, value) => lookUpOptions({ ...place, block_id, action_id, value }),
    changed: () => undefined,
    errors: {},
  };
  return (
    <BlockHostContext value={host}>
      <div className="message-body" data-testid="message-body">
        {blocks.length > 0 ? <Blocks blocks={blocks} /> : text !== '' && <Mrkdwn text={text} />}
        <Attachments of={attachments} />
        <Files files={files} />
      </div>
    </BlockHostContext>
  );
}
