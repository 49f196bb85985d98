import { readAttachments, type Attachment } from '../blocks/attachments.ts';
import { readBlocks } from '../content.ts';
import { identity } from '../identity.ts';
import type { Draft } from '../state/workspace.ts';
import type { Platform } from '../platform.ts';
import { refusal, SlackError } from '../slack-error.ts';
import type { Parsed } from './requests.ts';

/** A message of another app's bot. Webhooks and `chat:write.public` need no membership, so none is asked for. */
export function postAsBot(platform: Platform, request: Parsed<'botMessage'>): { ok: true; ts: string } {
  const { workspace, events } = platform;
  const { bot, text, thread_ts } = request;
  if (bot.id === identity.botId) throw new SlackError('bot_not_found');
  const channel = workspace.channel(request.channel);
  if (channel === undefined) throw new SlackError('channel_not_found');
  if (channel.is_archived) throw new SlackError('is_archived');
  const parent = thread_ts === undefined ? undefined : workspace.message(channel.id, thread_ts);
  if (thread_ts !== undefined && parent === undefined) throw new SlackError('thread_not_found');
  const root = parent?.thread_ts ?? parent?.ts;
  const blocks = request.blocks === undefined ? [] : readBlocks(request.blocks, platform.files);
  const attachments = attachmentsOf(request.attachments);
  if (text.trim() === '' && blocks.length === 0 && attachments.length === 0) throw new SlackError('no_text');
  const message = workspace.post({
    channel: channel.id,
    ...authorOf(platform, bot),
    text,
    ...(blocks.length > 0 && { blocks }),
    ...(attachments.length > 0 && { attachments }),
    ...(root !== undefined && { thread_ts: root }),
  });
  events.posted(message);
  return { ok: true, ts: message.ts };
}

function attachmentsOf(given: unknown): readonly Attachment[] {
  if (given === undefined) return [];
  const read = readAttachments(given);
  if ('attachments' in read) return read.attachments;
  throw read.faults.length > 0 ? refusal(read.code, read.faults) : new SlackError(read.code);
}

type Bot = Parsed<'botMessage'>['bot'];

/** An app posts as its bot user; a classic webhook, of no app, under a name. */
function authorOf({ workspace }: Platform, { id, app_id, name }: Bot): Partial<Draft> {
  if (app_id === undefined) return { subtype: 'bot_message', bot_id: id, username: name };
  const user = `U${id.slice(1)}`;
  if (!workspace.users.has(user)) {
    workspace.users.set(user, { id: user, name: name.toLowerCase(), real_name: name, is_bot: true });
  }
  return {
    user,
    bot_id: id,
    app_id,
    bot_profile: { id, app_id, user_id: user, name, deleted: false, updated: 0, team_id: identity.teamId },
  };
}
