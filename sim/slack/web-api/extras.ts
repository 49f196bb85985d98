import { z } from 'zod';
import { checkMessageBlocks, checkView } from '../blocks/check.ts';
import { identity, newId } from '../identity.ts';
import type { Message } from '../model.ts';
import type { Platform } from '../platform.ts';
import { SlackError } from '../slack-error.ts';
import { memberChannel, visibleChannel } from './access.ts';
import { method, nested } from './method.ts';

const at = z.object({ channel: z.string(), timestamp: z.string() });

function messageAt(platform: Platform, { channel, timestamp }: z.output<typeof at>): Message {
  const { id } = memberChannel(platform, channel);
  const message = platform.workspace.message(id, timestamp);
  if (message === undefined || message.ephemeral_for !== undefined) throw new SlackError('message_not_found');
  return message;
}

export const extras = {
  'reactions.add': method({
    scopes: ['reactions:write'],
    tier: 'tier3',
    args: at.extend({ name: z.string() }),
    run(args, platform) {
      const name = args.name.replaceAll(':', '');
      if (!/^[\w+-]+$/.test(name)) throw new SlackError('invalid_name');
      const message = messageAt(platform, args);
      const reactions = message.reactions ?? [];
      const users = reactions.find((each) => each.name === name)?.users ?? [];
      if (users.includes(identity.botUserId)) throw new SlackError('already_reacted');
      const now = [...users, identity.botUserId];
      platform.workspace.change(message, {
        reactions: [
          ...reactions.filter((each) => each.name !== name),
          { name, users: now, count: now.length },
        ],
      });
      return {};
    },
  }),

  'pins.add': method({
    scopes: ['pins:write'],
    tier: 'tier2',
    args: at,
    run(args, platform) {
      const message = messageAt(platform, args);
      if (message.pinned === true) throw new SlackError('already_pinned');
      platform.workspace.change(message, { pinned: true });
      return {};
    },
  }),

  'bookmarks.add': method({
    scopes: ['bookmarks:write'],
    tier: 'tier2',
    args: z.object({
      channel_id: z.string(),
      title: z.string().min(1),
      type: z.literal('link'),
      link: z.string().optional(),
      emoji: z.string().optional(),
    }),
    run(args, platform) {
      const channel = visibleChannel(platform, args.channel_id);
      if (!URL.canParse(args.link ?? '')) throw new SlackError('invalid_link');
      return { bookmark: { id: newId('Bk'), ...args, channel_id: channel.id } };
    },
  }),

  /** Judges blocks or a view without posting them; needs no scope. */
  'blocks.validate': method({
    tier: 'tier4',
    args: z.object({
      blocks: nested.optional(),
      view: nested.optional(),
      message: nested.pipe(z.looseObject({ blocks: z.unknown() })).optional(),
    }),
    run(args) {
      const found =
        args.view === undefined
          ? (checkMessageBlocks(args.blocks ?? args.message?.blocks)?.messages ?? [])
          : checkView(args.view);
      if (found.length === 0) return { errors: [] };
      const errors = found.map((text) => {
        const [, message = text, pointer = ''] = /^(.*) \[json-pointer:(.*)\]$/.exec(text) ?? [];
        return { code: 'invalid', message, pointer };
      });
      throw new SlackError('invalid_blocks', { errors });
    },
  }),
};
