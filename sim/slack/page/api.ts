import type { OptionObject } from 'slack-blocks-to-jsx';
import type { AlertSample } from './alert-samples.ts';
import type { Answer, Channel, ControlState, ElementValue, ViewValues } from './wire.ts';

async function post(path: string, body: object): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Partial<Answer>;
    return { ...answer, ok: answer.ok ?? response.ok };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : 'request failed' };
  }
}

export async function fetchState(user: string | null): Promise<ControlState> {
  const response = await fetch(`/control/state${asQuery(user)}`);
  if (!response.ok) throw new Error(`state: HTTP ${response.status}`);
  return (await response.json()) as ControlState;
}

export function openStream(user: string | null): EventSource {
  return new EventSource(`/control/stream${asQuery(user)}`);
}

const asQuery = (user: string | null) => (user === null ? '' : `?user=${encodeURIComponent(user)}`);

interface Place {
  readonly user: string;
  readonly channel: string;
  readonly thread_ts?: string;
}

export const sendMessage = (message: Place & { readonly text: string }) => post('/control/message', message);

export const sendCommand = (command: Place & { readonly command: string; readonly text: string }) =>
  post('/control/command', command);

export interface Action extends Omit<ElementValue, 'type'> {
  readonly user: string;
  readonly channel?: string;
  readonly message_ts?: string;
  readonly view_id?: string;
  readonly block_id: string;
  readonly action_id: string;
}

export const sendAction = (action: Action) => post('/control/action', action);

interface Group {
  readonly options: readonly OptionObject[];
}
type Choices = Answer & {
  readonly options?: readonly OptionObject[];
  readonly option_groups?: readonly Group[];
};

/** What an external select offers for what has been typed; the workspace itself says why there is no answer. */
export async function lookUpOptions(
  typed: Pick<Action, 'user' | 'channel' | 'message_ts' | 'view_id' | 'block_id' | 'action_id'> & {
    readonly value: string;
  },
): Promise<readonly OptionObject[]> {
  const { options, option_groups: groups = [] } = (await post('/control/options', typed)) as Choices;
  return options ?? groups.flatMap((group) => group.options);
}

export const pickShortcut = (pick: {
  readonly user: string;
  readonly channel: string;
  readonly message_ts: string;
  readonly callback_id: string;
}) => post('/control/shortcut', pick);

export const postAsBot = (message: AlertSample & { readonly channel: string }) =>
  post('/control/bot-message', message);

export const submitView = (submission: {
  readonly user: string;
  readonly view_id: string;
  readonly values: ViewValues;
}) => post('/control/view/submit', submission);

export const closeView = (user: string, view_id: string) => post('/control/view/close', { user, view_id });

export const createChannel = (channel: {
  readonly user: string;
  readonly name: string;
  readonly topic?: string;
  readonly is_private?: boolean;
}) => post('/control/channel', channel) as Promise<Answer & { readonly channel?: Channel }>;

export const invite = (user: string, channel: string, users: readonly string[]) =>
  post('/control/invite', { user, channel, users });

export const openHome = (user: string) => post('/control/home', { user });
