import type { ActionsBlock, Button, PlainTextOption } from '@slack/types';
import { nameOf, type Candidate } from '../../core/target.ts';
import { actionIds } from './action-ids.ts';
import { episodeBlocks } from './episode.ts';
import { actions, context, section, type Message } from './message.ts';
import { subjectOf, type RootState } from './root-state.ts';
import { bold, escape, fallback, line } from './text.ts';

/** More than this many buttons are harder to read than a list. */
const maxButtons = 5;
/** Slack's limit of a select. */
const maxOptions = 100;

/** The name stands for several Services: a person says which. */
export function askWhich(state: RootState, candidates: readonly Candidate[]): Message {
  const asked = subjectOf(state.request);
  const question = !isOneName(state.request) ? 'Which service is this about?' : `Which ${asked} do you mean?`;
  return {
    text: fallback(`netcheck: ${question} ${candidates.slice(0, 10).map(nameOf).join(', ')}`),
    blocks: [
      section(`? ${bold(question)}`),
      choices(state.id, candidates),
      ...episodeBlocks(state.episode),
      context(line(state.id)),
    ],
  };
}

/** No Service has that name: say so, and offer what is close. */
export function suggestNearest(state: RootState, nearest: readonly Candidate[]): Message {
  const { subject } = state.request;
  if (subject.kind !== 'named' && nearest.length === 0) {
    const text = 'Which service? Ask with /netcheck <service>, as in /netcheck checkout';
    return {
      text: fallback(`netcheck: ${text}`),
      blocks: [section(`? ${line(text)}`), ...episodeBlocks(state.episode)],
    };
  }
  const headline =
    subject.kind !== 'named'
      ? 'Which service is this about?'
      : `No Service is called ${subjectOf(state.request)}${subject.namespace === undefined ? '' : ' there'}`;
  const close = nearest.slice(0, 10).map(nameOf).join(', ');
  return {
    text: fallback(`netcheck: ${headline}.${close === '' ? '' : ` Did you mean ${close}?`}`),
    blocks: [
      section(`? ${bold(headline)}${nearest.length === 0 ? '' : ' · did you mean'}`),
      ...(nearest.length === 0 ? [] : [choices(state.id, nearest)]),
      ...episodeBlocks(state.episode),
      context(line(state.id)),
    ],
  };
}

/** Whether all that it may be about is called the same. */
function isOneName({ subject }: RootState['request']): boolean {
  if (subject.kind !== 'candidates') return subject.kind === 'named';
  return new Set(subject.candidates.map(({ service }) => service)).size === 1;
}

/** Values are positions in the list that the worker published, never names that a message could forge. */
function choices(id: string, candidates: readonly Candidate[]): ActionsBlock {
  const values = candidates.slice(0, maxOptions).map((candidate, index) => ({
    label: label(candidate),
    value: `${id}:${index}`,
  }));
  if (values.length <= maxButtons) {
    return actions(
      values.map(({ label: text, value }, index): Button => ({
        type: 'button',
        action_id: `${actionIds.chooseService}_${index}`,
        text: { type: 'plain_text', text, emoji: false },
        value,
      })),
    );
  }
  return actions([
    {
      type: 'static_select',
      action_id: `${actionIds.chooseService}_select`,
      placeholder: { type: 'plain_text', text: 'Choose a service' },
      options: values.map(({ label: text, value }): PlainTextOption => ({
        text: { type: 'plain_text', text, emoji: false },
        value,
      })),
    },
  ]);
}

/** Slack allows 75 characters. Plain text needs the same escaping. */
function label(candidate: Candidate): string {
  return escape(nameOf(candidate), 75);
}
