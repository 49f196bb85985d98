import type { Json } from '../blocks/walk.ts';
import { identity } from '../identity.ts';
import type { Channel, Message, StateValues, User } from '../model.ts';
import type { StoredView } from '../state/views.ts';
import { initialState, elements } from './entered.ts';
import type { Body, Payload } from './envelope.ts';
import { wireMessage } from './message.ts';

const { appId, teamDomain, teamId, verificationToken } = identity;

const sender = ({ id, name }: User) => ({ id, username: name, name, team_id: teamId });

const common = (type: string, user: User) => ({
  type,
  user: sender(user),
  api_app_id: appId,
  token: verificationToken,
  team: { id: teamId, domain: teamDomain },
  enterprise: null,
  is_enterprise_install: false,
});

export function commandPayload(call: {
  readonly user: User;
  readonly channel: Channel;
  readonly command: string;
  readonly text: string;
  readonly responseUrl: string;
  readonly triggerId: string;
}): Payload {
  return {
    kind: 'slash_commands',
    body: {
      token: verificationToken,
      team_id: teamId,
      team_domain: teamDomain,
      channel_id: call.channel.id,
      channel_name: channelName(call.channel),
      user_id: call.user.id,
      user_name: call.user.name,
      command: call.command,
      text: call.text,
      api_app_id: appId,
      is_enterprise_install: 'false',
      response_url: call.responseUrl,
      trigger_id: call.triggerId,
    },
  };
}

/** A command in a channel the app cannot see does not tell the channel's name. */
const channelName = ({ is_im, is_private, members, name }: Channel) => {
  if (is_im === true) return 'directmessage';
  return is_private && !members.includes(identity.botUserId) ? 'privategroup' : name;
};

/** The action inside a block_actions payload: the element, without what only describes it, and what was done. */
export function actionOf(block: Json, element: Json, value: Body, actionTs: string): Body {
  const described = ['text', 'value', 'style', 'url', 'placeholder', 'icon'];
  const kept = Object.entries(element).filter(([key]) => described.includes(key));
  const done = element.type === 'button' || element.type === 'icon_button' ? {} : value;
  return {
    ...Object.fromEntries(kept),
    ...done,
    type: element.type,
    action_id: element['action_id'],
    block_id: block['block_id'],
    action_ts: actionTs,
  };
}

/** https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload */
export function suggestionPayload(
  typed: {
    readonly user: User;
    readonly block_id: string;
    readonly action_id: string;
    readonly value: string;
  } & ({ readonly view: StoredView } | { readonly channel: Channel; readonly message: Message }),
): Payload {
  const { user, action_id, block_id, value } = typed;
  const place =
    'view' in typed
      ? { container: { type: 'view', view_id: typed.view.id }, view: typed.view }
      : placeOf(typed.channel, typed.message);
  return {
    kind: 'interactive',
    body: { ...common('block_suggestion', user), ...place, action_id, block_id, value },
  };
}

/** Where in a message something is done. */
function placeOf(channel: Channel, message: Message) {
  const ephemeral = message.ephemeral_for !== undefined;
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: ephemeral,
      ...(message.thread_ts !== undefined && { thread_ts: message.thread_ts }),
    },
    channel: { id: channel.id, name: channelName(channel) },
    // Slack sends no copy of an ephemeral message.
    ...(!ephemeral && { message: wireMessage(message) }),
  };
}

export function messageActionPayload(press: {
  readonly user: User;
  readonly channel: Channel;
  readonly message: Message;
  readonly action: Body;
  readonly values: StateValues;
  readonly responseUrl: string;
  readonly triggerId: string;
}): Payload {
  return {
    kind: 'interactive',
    body: {
      ...common('block_actions', press.user),
      ...placeOf(press.channel, press.message),
      trigger_id: press.triggerId,
      state: { values: press.values },
      response_url: press.responseUrl,
      actions: [press.action],
    },
  };
}

export function viewActionPayload(press: {
  readonly user: User;
  readonly view: StoredView;
  readonly action: Body;
  readonly triggerId: string;
}): Payload {
  return {
    kind: 'interactive',
    body: {
      ...common('block_actions', press.user),
      container: { type: 'view', view_id: press.view.id },
      trigger_id: press.triggerId,
      view: press.view,
      actions: [press.action],
    },
  };
}

export function viewSubmissionPayload(user: User, view: StoredView, triggerId: string): Payload {
  return {
    kind: 'interactive',
    body: { ...common('view_submission', user), trigger_id: triggerId, view, response_urls: [] },
  };
}

export function viewClosedPayload(user: User, view: StoredView, isCleared: boolean): Payload {
  return { kind: 'interactive', body: { ...common('view_closed', user), view, is_cleared: isCleared } };
}

/** A message shortcut: what a person picks from the menu of a message, in a thread too. */
export function shortcutPayload(pick: {
  readonly user: User;
  readonly channel: Channel;
  readonly message: Message;
  readonly callbackId: string;
  readonly actionTs: string;
  readonly responseUrl: string;
  readonly triggerId: string;
}): Payload {
  return {
    kind: 'interactive',
    body: {
      ...common('message_action', pick.user),
      callback_id: pick.callbackId,
      action_ts: pick.actionTs,
      message_ts: pick.message.ts,
      trigger_id: pick.triggerId,
      response_url: pick.responseUrl,
      channel: { id: pick.channel.id, name: channelName(pick.channel) },
      message: wireMessage(pick.message),
    },
  };
}

/** What the inputs among these blocks hold, entered or initial. */
export function stateOf(blocks: readonly Json[], entered: StateValues): StateValues {
  const values: Record<string, Record<string, unknown>> = {};
  for (const block of blocks) {
    for (const element of elements(block)) {
      if (['button', 'overflow', 'icon_button', 'feedback_buttons'].includes(element.type)) continue;
      const blockId = block['block_id'] as string;
      const actionId = element['action_id'] as string;
      const value = entered[blockId]?.[actionId] ?? initialState(element);
      values[blockId] = { ...values[blockId], [actionId]: value };
    }
  }
  return values;
}
