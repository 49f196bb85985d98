import type { ControlState, Message, StreamEvent, View } from './wire.ts';

interface Notice {
  readonly text: string;
  /** Set where the page itself noticed a failure; the workspace's own words about it are better. */
  readonly code?: string;
}

export interface Workspace extends ControlState {
  readonly view: View | null;
  readonly home: View | null;
  readonly notices: readonly Notice[];
  /** Channels in which something was said while the reader looked elsewhere. */
  readonly unread: ReadonlySet<string>;
}

export type WorkspaceEvent =
  | StreamEvent
  | { readonly type: 'loaded'; readonly state: ControlState }
  | { readonly type: 'failure'; readonly what: string; readonly code: string }
  | { readonly type: 'notice_dismissed'; readonly text: string }
  | { readonly type: 'notices_dismissed' }
  | { readonly type: 'channel_read'; readonly channel: string };

/** The workspace after an event; null until the first snapshot has come. */
export function reduceWorkspace(before: Workspace | null, event: WorkspaceEvent): Workspace | null {
  if (event.type === 'loaded') return afterLoad(before, event.state);
  if (before === null) return null;
  switch (event.type) {
    case 'message':
      return {
        ...withMessages(before, event.message.channel, (list) => upsert(list, event.message)),
        unread:
          event.message.user === before.me.id ? before.unread : adding(before.unread, event.message.channel),
      };
    case 'message_changed':
      return withMessages(before, event.message.channel, (list) => upsert(list, event.message));
    case 'message_deleted':
      return withMessages(before, event.channel, (list) => list.filter(({ ts }) => ts !== event.ts));
    case 'channel': {
      const others = before.channels.filter(({ id }) => id !== event.channel.id);
      return { ...before, channels: [...others, event.channel] };
    }
    case 'view':
      return { ...before, view: event.view };
    case 'home':
      return { ...before, home: event.view };
    case 'notice':
      return withNotice(before, { text: event.text });
    case 'failure':
      return before.notices.some(({ text }) => text.includes(event.code))
        ? before
        : withNotice(before, { text: `${event.what}: ${event.code}`, code: event.code });
    case 'notice_dismissed':
      return { ...before, notices: before.notices.filter(({ text }) => text !== event.text) };
    case 'notices_dismissed':
      return { ...before, notices: [] };
    case 'channel_read':
      return before.unread.has(event.channel)
        ? { ...before, unread: new Set([...before.unread].filter((id) => id !== event.channel)) }
        : before;
  }
}

function afterLoad(before: Workspace | null, state: ControlState): Workspace {
  const kept = before?.me.id === state.me.id ? before : null;
  return {
    ...state,
    view: kept?.view ?? null,
    home: kept?.home ?? null,
    notices: kept?.notices ?? [],
    unread: kept?.unread ?? new Set(),
  };
}

/** How many notices are shown at once. */
const noticeLimit = 3;

function withNotice(workspace: Workspace, notice: Notice): Workspace {
  const kept = workspace.notices.filter(
    ({ text, code }) => text !== notice.text && (code === undefined || !notice.text.includes(code)),
  );
  return { ...workspace, notices: [...kept, notice].slice(-noticeLimit) };
}

function withMessages(
  workspace: Workspace,
  channel: string,
  change: (list: readonly Message[]) => readonly Message[],
): Workspace {
  const list = workspace.messages[channel] ?? [];
  return { ...workspace, messages: { ...workspace.messages, [channel]: change(list) } };
}

function upsert(list: readonly Message[], message: Message): readonly Message[] {
  const at = list.findIndex(({ ts }) => ts === message.ts);
  if (at >= 0) return list.with(at, message);
  const later = list.findIndex(({ ts }) => Number(ts) > Number(message.ts));
  return later < 0 ? [...list, message] : list.toSpliced(later, 0, message);
}

const adding = (set: ReadonlySet<string>, id: string): ReadonlySet<string> => new Set([...set, id]);
