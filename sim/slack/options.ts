import { z } from 'zod';
import type { AppShortcut, CommandInfo } from './model.ts';

/** The parts of an app manifest that decide what the app may do and what it is told. */
const manifestShape = z.object({
  display_information: z.object({ name: z.string() }),
  features: z
    .object({
      bot_user: z.object({ display_name: z.string() }).optional(),
      slash_commands: z
        .array(
          z.object({
            command: z.string().regex(/^\//),
            description: z.string().max(2000),
            usage_hint: z.string().max(1000).optional(),
          }),
        )
        .max(50)
        .optional(),
      shortcuts: z
        .array(z.object({ name: z.string(), type: z.enum(['message', 'global']), callback_id: z.string() }))
        .optional(),
    })
    .optional(),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z
    .object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }).optional() })
    .optional(),
});
type Manifest = z.input<typeof manifestShape>;

/** How payloads reach the app. */
export type Delivery = { readonly mode: 'socket' } | { readonly mode: 'http'; readonly requestUrl: string };

export interface Timing {
  /** Milliseconds an app has to acknowledge a payload. */
  readonly ackTimeoutMs: number;
  /** Milliseconds a trigger_id lives. */
  readonly triggerTtlMs: number;
  /** Milliseconds before each redelivery of an event. Slack: at once, after 1 minute, after 5 minutes. */
  readonly retryDelaysMs: readonly number[];
  /** Milliseconds a response_url lives. */
  readonly responseUrlTtlMs: number;
  /** Milliseconds from files.completeUploadExternal to the moment the file is visible. */
  readonly fileShareMs: number;
}

export interface SlackOptions {
  readonly port?: number;
  readonly manifest?: Manifest;
  readonly delivery?: Delivery;
  readonly timing?: Partial<Timing>;
  /** Multiplies every rate limit; `Infinity` switches them off. */
  readonly rateScale?: number;
}

const defaultTiming: Timing = {
  ackTimeoutMs: 3_000,
  triggerTtlMs: 3_000,
  retryDelaysMs: [20, 1_000, 5_000],
  responseUrlTtlMs: 30 * 60_000,
  fileShareMs: 150,
};

const defaultManifest: Manifest = {
  display_information: { name: 'netcheck' },
  features: {
    bot_user: { display_name: 'netcheck' },
    slash_commands: [
      {
        command: '/netcheck',
        description: 'Find why a service is unreachable',
        usage_hint: 'service-a [to service-b] [-n namespace]',
      },
    ],
    shortcuts: [{ name: 'Run netcheck here', type: 'message', callback_id: 'netcheck_message' }],
  },
  oauth_config: {
    scopes: {
      bot: [
        'app_mentions:read',
        'bookmarks:write',
        'channels:history',
        'channels:join',
        'channels:manage',
        'channels:read',
        'chat:write',
        'commands',
        'files:read',
        'files:write',
        'groups:history',
        'groups:read',
        'im:history',
        'im:write',
        'pins:write',
        'reactions:write',
        'usergroups:read',
        'users:read',
      ],
    },
  },
  settings: {
    event_subscriptions: {
      bot_events: [
        'app_home_opened',
        'app_mention',
        'channel_archive',
        'channel_created',
        'channel_rename',
        'member_joined_channel',
        'message.channels',
        'message.groups',
        'message.im',
      ],
    },
  },
};

/** The options with everything decided. */
export interface Settings {
  readonly app: {
    readonly name: string;
    readonly scopes: readonly string[];
    readonly commands: readonly CommandInfo[];
    /** Those of messages. */
    readonly shortcuts: readonly AppShortcut[];
    readonly events: readonly string[];
  };
  readonly timing: Timing;
  readonly rateScale: number;
}

export function settle(options: SlackOptions): Settings {
  const manifest = manifestShape.parse(options.manifest ?? defaultManifest);
  return {
    app: {
      name: manifest.features?.bot_user?.display_name ?? manifest.display_information.name,
      scopes: manifest.oauth_config.scopes.bot,
      commands: (manifest.features?.slash_commands ?? []).map((command) => ({
        ...command,
        usage_hint: command.usage_hint ?? '',
      })),
      shortcuts: (manifest.features?.shortcuts ?? [])
        .filter(({ type }) => type === 'message')
        .map(({ name, callback_id }) => ({ name, callback_id })),
      events: manifest.settings?.event_subscriptions?.bot_events ?? [],
    },
    timing: { ...defaultTiming, ...options.timing },
    rateScale: options.rateScale ?? 1,
  };
}
