import type { Button } from '@slack/types';
import { actionIds } from './action-ids.ts';
import { actions, type Message } from './message.ts';

/** What a click on something is answered with whose records are gone. */
export const notKnown = 'netcheck does not know this investigation any more. Ask again with /netcheck.';

/** The messages of a conclusion, with what can be asked about it below the last one. */
export function withFollowUps(messages: readonly Message[], id: string, isUnproven: boolean): Message[] {
  const buttons = [
    button('Why?', actionIds.explainVerdicts, id),
    button('Queries', actionIds.showQueries, id),
    button('Check again', actionIds.checkAgain, id),
    ...(isUnproven ? [button('More samples', actionIds.moreSamples, id)] : []),
    button('Watch', actionIds.watch, id),
    button('Export', actionIds.exportIncident, id),
  ];
  return messages.map((message, index) =>
    index < messages.length - 1 ? message : { ...message, blocks: [...message.blocks, actions(buttons)] },
  );
}

function button(text: string, action: string, value: string): Button {
  return { type: 'button', action_id: action, text: { type: 'plain_text', text, emoji: false }, value };
}
