import { z } from 'zod';
import { readContent } from '../content.ts';
import { identity } from '../identity.ts';
import type { Platform } from '../platform.ts';
import { SlackError } from '../slack-error.ts';
import { inMessage, mimetype, type StoredFile } from '../state/files.ts';
import { threadRoot, writableChannel } from './access.ts';
import { method, nested, whole } from './method.ts';

const finishedFile = z.array(z.looseObject({ id: z.string(), title: z.string().optional() })).min(1);

const wireFile = (file: StoredFile, { url }: Platform) => ({
  id: file.id,
  name: file.name,
  title: file.title ?? file.name,
  // Empty until Slack has processed the file.
  mimetype: file.processed ? mimetype(file) : '',
  filetype: file.processed ? (file.name.split('.').at(-1) ?? '') : '',
  size: file.length,
  user: identity.botUserId,
  url_private: `${url}/files/${file.id}`,
  channels: file.channels,
  ...(file.alt_txt !== undefined && { alt_txt: file.alt_txt }),
});

export const files = {
  'files.getUploadURLExternal': method({
    scopes: ['files:write'],
    tier: 'tier4',
    args: z.object({
      filename: z.string().min(1),
      length: whole.min(1),
      // `alt_text`, which the SDK sends, is not the documented name, and is lost.
      alt_txt: z.string().max(1000).optional(),
    }),
    run(args, platform) {
      const file = platform.files.reserve(args.filename, args.length, args.alt_txt);
      return { upload_url: `${platform.url}/upload/v1/${file.uploadKey}`, file_id: file.id };
    },
  }),

  'files.completeUploadExternal': method({
    scopes: ['files:write'],
    tier: 'tier4',
    args: z.object({
      files: nested,
      channel_id: z.string().optional(),
      thread_ts: z.string().optional(),
      initial_comment: z.string().optional(),
      blocks: nested.optional(),
    }),
    run(args, platform) {
      const list = finishedFile.safeParse(args.files);
      if (!list.success) throw new SlackError('invalid_arguments');
      const finished = list.data.map(({ id, title }) => {
        const file = platform.files.get(id);
        if (file?.bytes === undefined || file.completed) throw new SlackError('file_not_found');
        return { ...file, ...(title !== undefined && { title }), completed: true };
      });
      const channel = args.channel_id && writableChannel(platform, args.channel_id).id;
      const thread = channel && args.thread_ts ? threadRoot(platform, channel, args.thread_ts).ts : undefined;
      const hasText = args.initial_comment !== undefined || args.blocks !== undefined;
      const content = hasText
        ? readContent({ text: args.initial_comment, blocks: args.blocks }, platform.files)
        : { text: '' };
      for (const file of finished) platform.files.put(file);
      platform.timers.after(platform.settings.timing.fileShareMs, () => {
        const ready = finished.map((file) =>
          platform.files.put({ ...file, processed: true, channels: channel ? [channel] : [] }),
        );
        if (!channel) return;
        const message = platform.workspace.post({
          channel,
          user: identity.botUserId,
          bot_id: identity.botId,
          ...content,
          files: ready.map((file) => inMessage(file, platform.url)),
          ...(thread !== undefined && { thread_ts: thread }),
        });
        platform.events.posted(message);
      });
      return { files: finished.map((file) => wireFile(file, platform)) };
    },
  }),

  'files.info': method({
    scopes: ['files:read'],
    tier: 'tier4',
    args: z.object({ file: z.string() }),
    run(args, platform) {
      const file = platform.files.get(args.file);
      if (file?.bytes === undefined) throw new SlackError('file_not_found');
      return { file: wireFile(file, platform) };
    },
  }),
};
