import { z } from 'zod';

const user = z.string();
const entered = {
  value: z.unknown().optional(),
  selected_option: z.unknown().optional(),
  selected_options: z.unknown().optional(),
};

/** The bodies of the control API. */
export const requests = {
  message: z.object({ user, channel: z.string(), text: z.string().min(1), thread_ts: z.string().optional() }),
  botMessage: z.object({
    bot: z.object({
      id: z.string().regex(/^B[A-Z0-9]+$/),
      /** A classic webhook belongs to no app. */
      app_id: z
        .string()
        .regex(/^A[A-Z0-9]+$/)
        .optional(),
      name: z.string().min(1),
    }),
    channel: z.string(),
    text: z.string().default(''),
    blocks: z.unknown().optional(),
    attachments: z.unknown().optional(),
    thread_ts: z.string().optional(),
  }),
  command: z.object({
    user,
    channel: z.string(),
    command: z.string(),
    text: z.string().default(''),
    thread_ts: z.string().optional(),
  }),
  action: z.looseObject({
    user,
    channel: z.string().optional(),
    message_ts: z.string().optional(),
    view_id: z.string().optional(),
    block_id: z.string(),
    action_id: z.string(),
    ...entered,
  }),
  options: z.object({
    user,
    channel: z.string().optional(),
    message_ts: z.string().optional(),
    view_id: z.string().optional(),
    block_id: z.string(),
    action_id: z.string(),
    value: z.string().default(''),
  }),
  shortcut: z.object({ user, channel: z.string(), message_ts: z.string(), callback_id: z.string() }),
  viewSubmit: z.object({
    user,
    view_id: z.string(),
    values: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  }),
  viewClose: z.object({ user, view_id: z.string() }),
  channel: z.object({
    user,
    name: z.string(),
    topic: z.string().default(''),
    is_private: z.boolean().default(false),
  }),
  invite: z.object({ user, channel: z.string(), users: z.array(z.string()).min(1) }),
  rename: z.object({ user, channel: z.string(), name: z.string() }),
  archive: z.object({ user, channel: z.string() }),
  home: z.object({ user }),
};

type Requests = typeof requests;
export type Request<K extends keyof Requests> = z.input<Requests[K]>;
export type Parsed<K extends keyof Requests> = z.output<Requests[K]>;
