import type { RespondArguments } from '@slack/bolt';
import type { Message } from '../views/message.ts';

/** A message that only the person sees who typed the command. */
export function ephemeral(message: Message): RespondArguments {
  return { response_type: 'ephemeral', text: message.text, blocks: [...message.blocks] };
}
