/** What the control API of the stand-in Slack sends and takes. */
import type { Block, OptionObject } from 'slack-blocks-to-jsx';
import type {
  AppShortcut,
  Channel,
  CommandInfo,
  FileInMessage,
  Message as StoredMessage,
  Reaction,
  User,
} from '../model.ts';

export type Attachment = NonNullable<StoredMessage['attachments']>[number];
export type { Channel, CommandInfo as SlashCommand, FileInMessage as SharedFile, Reaction, User };

/** A message as the server keeps it; its blocks are judged to be blocks. */
export interface Message extends Omit<StoredMessage, 'blocks'> {
  readonly blocks?: readonly Block[];
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
  readonly commands: readonly CommandInfo[];
  readonly shortcuts: readonly AppShortcut[];
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
