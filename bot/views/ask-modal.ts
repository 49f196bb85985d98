import type { InputBlock, InputBlockElement, ModalView, PlainTextOption } from '@slack/types';
import { askWindows } from '../../core/ask-form.ts';
import { sayDuration } from '../../core/duration.ts';
import { defaultWindowSeconds } from '../../core/request.ts';
import { nameOf, type Candidate } from '../../core/target.ts';
import { actionIds } from './action-ids.ts';
import { section } from './message.ts';
import { code, escape } from './text.ts';

/** How Slack names a submission of this form. */
export const askCallback = 'ask';

/** The fields as Slack says them back: each is one block with one element. */
export const askFields = {
  service: { block: 'service', action: actionIds.askService },
  typed: { block: 'typed', action: 'ask_typed' },
  destination: { block: 'destination', action: 'ask_destination' },
  symptom: { block: 'symptom', action: 'ask_symptom' },
  window: { block: 'window', action: 'ask_window' },
} as const;

/** Slack's limit of a select. */
export const maxOptions = 100;
/** Slack's limits of an option, in letters. */
const limits = { text: 75, value: 150 };

interface AskState {
  readonly cluster: string;
  /** Where the report is to go. */
  readonly channel: string;
  /** Whether there is a list of Services to choose from. */
  readonly isListed: boolean;
  readonly symptoms: readonly { readonly id: string; readonly title: string }[];
}

/** The form of a command without words. */
export function askModal({ cluster, channel, isListed, symptoms }: AskState): ModalView {
  const unlisted = `No Services of cluster ${code(cluster)} are listed right now, so type the name.`;
  return {
    type: 'modal',
    callback_id: askCallback,
    private_metadata: channel,
    title: plain('netcheck'),
    submit: plain('Look into it'),
    close: plain('Cancel'),
    blocks: [
      ...(isListed ? [chosenService()] : [section(unlisted)]),
      typedService(isListed),
      field('destination', 'What it cannot reach', {
        optional: true,
        element: { type: 'plain_text_input', max_length: 300, placeholder: plain('api.stripe.com:443') },
      }),
      ...symptomField(symptoms),
      field('window', 'Look back', { element: select(windows, windowOption(defaultWindowSeconds)) }),
    ],
  };
}

/** A Service in the list: its value is what a person would type. */
export function serviceOption(service: Candidate): PlainTextOption {
  const name = nameOf(service);
  return name.length <= limits.text
    ? { text: option(name), value: name }
    : { text: option(service.service), description: option(service.namespace), value: name };
}

function chosenService(): InputBlock {
  return field('service', 'Service', {
    optional: true,
    element: { type: 'external_select', min_query_length: 0, placeholder: plain('checkout.shop') },
  });
}

function typedService(isListed: boolean): InputBlock {
  return field('typed', isListed ? 'Or a Service that is not in the list' : 'Service', {
    optional: isListed,
    element: { type: 'plain_text_input', max_length: 300, placeholder: plain('checkout.shop') },
  });
}

function symptomField(symptoms: AskState['symptoms']): InputBlock[] {
  const options = symptoms
    .filter(({ id }) => id.length <= limits.value)
    .slice(0, maxOptions)
    .map(({ id, title }): PlainTextOption => ({ text: option(title), value: id }));
  if (options.length === 0) return [];
  const element = { ...select(options), placeholder: plain('Any') };
  return [field('symptom', 'Symptom', { optional: true, element })];
}

const windows = askWindows.map(windowOption);

function windowOption(seconds: number): PlainTextOption {
  const said = seconds % 3600 === 0 ? `${seconds / 3600} h` : sayDuration(seconds);
  return { text: plain(said), value: String(seconds) };
}

type SelectElement = Extract<InputBlockElement, { type: 'static_select' }>;

function select(options: PlainTextOption[], initial?: PlainTextOption): SelectElement {
  return { type: 'static_select', options, ...(initial && { initial_option: initial }) };
}

interface FieldOptions {
  readonly element: InputBlockElement;
  readonly optional?: boolean;
}

function field(
  name: keyof typeof askFields,
  label: string,
  { element, optional = false }: FieldOptions,
): InputBlock {
  const { block, action } = askFields[name];
  return {
    type: 'input',
    block_id: block,
    label: plain(label),
    optional,
    element: { ...element, action_id: action },
  };
}

/** Plain text needs the same escaping. */
function option(text: string): PlainTextOption['text'] {
  return plain(escape(text, limits.text));
}

function plain(text: string): PlainTextOption['text'] {
  return { type: 'plain_text', text, emoji: false };
}
