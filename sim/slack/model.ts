import type { Attachment } from './blocks/attachments.ts';
import type { Json } from './blocks/walk.ts';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly real_name: string;
  readonly is_bot: boolean;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
  readonly is_private: boolean;
  readonly is_archived: boolean;
  readonly members: readonly string[];
  /** A direct message between the app and one person. */
  readonly is_im?: boolean;
}

export interface FileInMessage {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly url: string;
  readonly alt_txt?: string;
}

export interface Reaction {
  readonly name: string;
  readonly users: readonly string[];
  readonly count: number;
}

/** Who an app is, as each message of its bot says. */
interface BotProfile {
  readonly id: string;
  readonly app_id: string;
  readonly user_id: string;
  readonly name: string;
  readonly deleted: boolean;
  readonly updated: number;
  readonly team_id: string;
}

export interface Message {
  readonly ts: string;
  readonly channel: string;
  readonly user?: string;
  readonly bot_id?: string;
  /** Of another app's bot; those of the app itself are the same in each message. */
  readonly app_id?: string;
  readonly bot_profile?: BotProfile;
  readonly username?: string;
  readonly text: string;
  readonly blocks?: readonly Json[];
  readonly attachments?: readonly Attachment[];
  readonly thread_ts?: string;
  readonly reply_count?: number;
  readonly edited?: { readonly ts: string };
  readonly files?: readonly FileInMessage[];
  readonly reactions?: readonly Reaction[];
  readonly metadata?: unknown;
  /** The only person who sees the message. */
  readonly ephemeral_for?: string;
  /** Whom the message pings: `!channel`, `!here`, `!everyone`, `!subteam^S…` or a user id. */
  readonly notifies?: readonly string[];
  readonly subtype?: string;
  readonly pinned?: boolean;
}

/** `state.values` of a view or a message: block_id → action_id → what was entered. */
export type StateValues = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface View {
  readonly id: string;
  readonly type: 'modal' | 'home';
  readonly title: string;
  readonly blocks: readonly Json[];
  readonly submit?: string;
  readonly close?: string;
  readonly callback_id: string;
  readonly private_metadata: string;
  readonly hash: string;
  /** block_id → what is wrong, as the app answered `response_action: errors`. */
  readonly errors?: Readonly<Record<string, string>>;
}

export type StreamEvent =
  | { readonly type: 'message' | 'message_changed'; readonly message: Message }
  | { readonly type: 'message_deleted'; readonly channel: string; readonly ts: string }
  | { readonly type: 'channel'; readonly channel: Channel }
  | { readonly type: 'view'; readonly view: View | null }
  | { readonly type: 'home'; readonly view: View }
  | { readonly type: 'notice'; readonly text: string };

/** A change of the workspace and the one person who sees it; without one, everybody who can see the channel. */
export interface Change {
  readonly event: StreamEvent;
  readonly user?: string;
  readonly channel?: string;
}

export interface JournalEntry {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly response: unknown;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ms: number;
  readonly notifies?: readonly string[];
}

/** A message shortcut. */
export interface AppShortcut {
  readonly name: string;
  readonly callback_id: string;
}

export interface CommandInfo {
  readonly command: string;
  readonly description: string;
  readonly usage_hint: string;
}
