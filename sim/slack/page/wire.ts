/** What the control API of the stand-in Slack sends and takes. */
import type { Block, OptionObject } from 'slack-blocks-to-jsx';

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

export interface SlashCommand {
  readonly command: string;
  readonly description: string;
  readonly usage_hint: string;
}

export interface SharedFile {
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
}

export interface Message {
  /** Seconds since 1970 with six decimals; also the message's id within its channel. */
  readonly ts: string;
  readonly channel: string;
  readonly subtype?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly username?: string;
  readonly text: string;
  readonly blocks?: readonly Block[];
  readonly thread_ts?: string;
  readonly reply_count?: number;
  readonly edited?: { readonly ts: string };
  readonly files?: readonly SharedFile[];
  readonly reactions?: readonly Reaction[];
  readonly ephemeral_for?: string;
  readonly pinned?: boolean;
}

/** Either way: a plain_text object, or only its words. */
export type Label = string | { readonly text: string };

export interface View {
  readonly id: string;
  readonly type: string;
  readonly title?: Label;
  readonly submit?: Label | null;
  readonly close?: Label | null;
  readonly blocks: readonly Block[];
  readonly callback_id?: string;
  readonly hash?: string;
  /** What the app said about a submission, by block_id. */
  readonly errors?: Readonly<Record<string, string>>;
}

export interface ControlState {
  readonly team: { readonly id: string; readonly name: string };
  readonly me: User;
  readonly users: readonly User[];
  readonly channels: readonly Channel[];
  readonly commands: readonly SlashCommand[];
  readonly messages: Readonly<Record<string, readonly Message[]>>;
}

export type StreamEvent =
  | { readonly type: 'message' | 'message_changed'; readonly message: Message }
  | { readonly type: 'message_deleted'; readonly channel: string; readonly ts: string }
  | { readonly type: 'channel'; readonly channel: Channel }
  | { readonly type: 'view'; readonly view: View | null }
  | { readonly type: 'home'; readonly view: View | null }
  | { readonly type: 'notice'; readonly text: string };

export interface Answer {
  readonly ok: boolean;
  readonly error?: string;
}

/** The state of one element, as Slack reports it in `view.state.values`. */
export interface ElementValue {
  readonly type: string;
  readonly value?: string | null;
  readonly selected_option?: OptionObject | null;
  readonly selected_options?: readonly OptionObject[];
}

/** By block_id, then action_id. */
export type ViewValues = Readonly<Record<string, Readonly<Record<string, ElementValue>>>>;
