import * as z from 'zod';
import { usualConnections } from './cost.ts';

const url = (protocols: readonly string[], example: string): z.ZodString =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `expected a URL such as ${example}`,
  });

const redisUrl = url(['redis:', 'rediss:'], 'redis://127.0.0.1:6379')
  .default('redis://127.0.0.1:6379')
  .describe('Redis, for the queues and for results');

const cluster = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, { error: 'expected lower-case letters, digits and dashes' })
  .default('default')
  .describe('Name of the cluster; the bot and the workers of one cluster use the same name');

const playbooks = z
  .string()
  .optional()
  .describe(
    "Folder of one's own playbooks, on top of the shipped ones; its changes take force without a restart",
  );

const logLevel = z
  .enum(['debug', 'info', 'warn', 'error', 'silent'])
  .default('info')
  .describe('How much is logged, as JSON lines on standard error');

const metricsPort = z.coerce
  .number()
  .int()
  .min(0)
  .max(65_535)
  .default(0)
  .describe('Port for /metrics, /healthz and /readyz over HTTP, on all addresses; 0: none');

const token = (prefix: string, where: string): z.ZodString =>
  z.string().startsWith(prefix, { error: `expected a token that starts with ${prefix}: ${where}` });

const perMinute = (usual: number) => z.coerce.number().int().min(1).max(1000).default(usual);

export const BotEnvironment = z
  .object({
    SLACK_BOT_TOKEN: token('xoxb-', 'api.slack.com/apps → OAuth & Permissions').describe(
      'Bot token of the Slack app (xoxb-…), from OAuth & Permissions',
    ),
    SLACK_APP_TOKEN: token(
      'xapp-',
      'api.slack.com/apps → Basic Information → App-Level Tokens (connections:write)',
    )
      .optional()
      .describe('App-level token; with it the bot uses Socket Mode and needs no inbound port'),
    SLACK_SIGNING_SECRET: z
      .string()
      .min(1)
      .optional()
      .describe('Signing secret; without SLACK_APP_TOKEN the bot listens for signed HTTP requests'),
    SLACK_API_URL: url(['http:', 'https:'], 'https://slack.com/api/')
      .optional()
      .describe('Another address of the Slack Web API, for tests'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(3000).describe('Port for signed HTTP requests'),
    REDIS_URL: redisUrl,
    NETCHECK_CLUSTER: cluster,
    NETCHECK_PLAYBOOKS: playbooks,
    NETCHECK_INCIDENT_CHANNELS: z
      .string()
      .refine(isRegExp, { error: 'expected a regular expression such as ^inc-' })
      .default('^(inc|incident)[-_]')
      .describe('Channels in which netcheck starts by itself when they get such a name or it is invited'),
    NETCHECK_ALERTS: z
      .string()
      .optional()
      .describe(
        'A YAML file that says which alerts start an investigation, and where it is reported; without it none does',
      ),
    NETCHECK_WEBHOOK_PORT: z.coerce
      .number()
      .int()
      .min(0)
      .max(65_535)
      .default(0)
      .describe('Port on which Alertmanager posts to /alertmanager, on all addresses; 0: none'),
    NETCHECK_WEBHOOK_AUTH: z
      .string()
      .regex(/^(bearer:[\x21-\x7e]+|basic:[^:]+:.+)$/, {
        error: 'expected bearer:<token> or basic:<user>:<password>',
      })
      .optional()
      .describe(
        'What Alertmanager has to present, as bearer:<token> or basic:<user>:<password>; needed with NETCHECK_WEBHOOK_PORT',
      ),
    NETCHECK_AUTO_PER_CHANNEL: perMinute(6).describe(
      'Investigations that netcheck starts by itself in one channel, a minute; others wait their turn',
    ),
    NETCHECK_AUTO_PER_MINUTE: perMinute(12).describe(
      'Investigations that netcheck starts by itself in all channels together, a minute; others wait their turn',
    ),
    NETCHECK_APPROVAL: z
      .enum(['anyone', 'not-requester'])
      .optional()
      .describe(
        'Who may approve a change: anyone in the channel, or anyone but the person who asked, as it is unless set',
      ),
    NETCHECK_APPROVAL_POLICY: z
      .string()
      .optional()
      .describe('A YAML file that says who may approve which changes, in place of NETCHECK_APPROVAL'),
    NETCHECK_REMEDIATION: z
      .enum(['off', 'on'])
      .default('off')
      .describe(
        'Whether the buttons that change the cluster are offered; off: proposals show the commands to run by hand',
      ),
    NETCHECK_WATCH_EVERY: z.coerce
      .number()
      .min(0.1)
      .max(3600)
      .default(120)
      .describe(
        'How soon a watch looks again for the first time, in seconds; its later intervals and its length grow with it',
      ),
    NETCHECK_METRICS_PORT: metricsPort,
    LOG_LEVEL: logLevel,
  })
  .refine((env) => env.SLACK_APP_TOKEN !== undefined || env.SLACK_SIGNING_SECRET !== undefined, {
    error: 'set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (signed HTTP)',
    path: ['SLACK_APP_TOKEN'],
  })
  .refine((env) => env.NETCHECK_APPROVAL === undefined || env.NETCHECK_APPROVAL_POLICY === undefined, {
    error: 'expected it unset, as the file of NETCHECK_APPROVAL_POLICY says who may approve',
    path: ['NETCHECK_APPROVAL'],
  })
  .refine((env) => env.NETCHECK_WEBHOOK_PORT === 0 || env.NETCHECK_WEBHOOK_AUTH !== undefined, {
    error: 'expected bearer:<token> or basic:<user>:<password>, as NETCHECK_WEBHOOK_PORT is set',
    path: ['NETCHECK_WEBHOOK_AUTH'],
  })
  .refine((env) => env.NETCHECK_WEBHOOK_PORT === 0 || env.NETCHECK_ALERTS !== undefined, {
    error: 'expected a file that says where alerts are reported, as NETCHECK_WEBHOOK_PORT is set',
    path: ['NETCHECK_ALERTS'],
  });
export type BotEnvironment = z.infer<typeof BotEnvironment>;

const networks = (what: string) =>
  z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()])))
    .refine((all) => all.every(isNetwork), { error: 'expected networks such as 10.0.0.0/8,fd00::/8' })
    .describe(what);

/** The classes of core/probes.ts that can be switched on; `passive` always is, `experiment` never by a setting. */
const probeClasses = ['own-pod', 'ephemeral', 'node'] as const;

const probesEnabled = z
  .string()
  .default('own-pod')
  .transform((text) => (text.trim() === 'off' ? [] : text.split(',').map((one) => one.trim())))
  .pipe(z.array(z.enum(probeClasses, { error: `expected off, or some of ${probeClasses.join(',')}` })))
  .describe(
    'Which probes may run: off, or own-pod (from the worker and from pods of its own), ephemeral (from a container added to a pod of the target), node (from a pod on the network of a node), comma-separated',
  );

export const WorkerEnvironment = z.object({
  REDIS_URL: redisUrl,
  PROMETHEUS_URL: url(['http:', 'https:'], 'http://prometheus.monitoring:9090').describe(
    'Prometheus HTTP API, as http://prometheus.monitoring:9090',
  ),
  PROMETHEUS_EXTERNAL_URL: url(['http:', 'https:'], 'https://prometheus.example.com')
    .optional()
    .describe('Where people open Prometheus, for links; PROMETHEUS_URL if not set'),
  KUBECONFIG: z
    .string()
    .optional()
    .describe("A kubeconfig file; inside a pod the pod's ServiceAccount is used"),
  NETCHECK_CLUSTER: cluster,
  NETCHECK_PLAYBOOKS: playbooks,
  NETCHECK_EVIDENCE_TIMEOUT: z.coerce
    .number()
    .min(0.5)
    .max(120)
    .default(10)
    .describe('How long one piece of evidence may take, in seconds; probes have limits of their own'),
  NETCHECK_CHANGE_PATIENCE: z.coerce
    .number()
    .min(1)
    .max(900)
    .default(150)
    .describe(
      'How long the remediator tries to make a change that the cluster does not take, and how long it looks for an effect of one, in seconds',
    ),
  NETCHECK_PROBES: probesEnabled,
  NETCHECK_PROBE_IMAGE: z
    .string()
    .default('netcheck:0.1.0')
    .describe('The image that probe pods run: the one of netcheck itself'),
  NETCHECK_PROBE_NAMESPACE: z
    .string()
    .default('netcheck-probes')
    .describe(
      'The namespace of probe pods, which holds nothing else; those on the network of a node run in the one of this name with -node',
    ),
  NETCHECK_PROBE_REFUSE: networks(
    'Networks that are never probed, besides loopback, link-local and metadata addresses and the API server',
  ),
  NETCHECK_PROBE_ALLOW: networks(
    'Networks that may be probed although they are loopback or refused; never link-local and metadata addresses',
  ),
  NETCHECK_PROBES_AT_ONCE: z.coerce
    .number()
    .int()
    .min(1)
    .max(50)
    .default(4)
    .describe('Probes at once in one cluster; others wait'),
  NETCHECK_PROBE_RATE: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(2000)
    .describe('Connects a second in one cluster, over all its probes'),
  NETCHECK_PROBE_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(usualConnections)
    .describe('Connections of one investigation, over all its probes'),
  NETCHECK_METRICS_PORT: metricsPort,
  LOG_LEVEL: logLevel,
});
export type WorkerEnvironment = z.infer<typeof WorkerEnvironment>;

/** `10.0.0.0/8`, or one address. */
function isNetwork(text: string): boolean {
  return z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]).safeParse(text).success;
}

function isRegExp(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Reads an environment; either the values or one line for each mistake, saying what to do. */
export function readEnvironment<S extends z.ZodObject>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): { config: z.infer<S> } | { problems: readonly string[] } {
  // An empty variable is an unset one: shells and Compose files cannot tell them apart.
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(set);
  if (parsed.success) return { config: parsed.data };
  return {
    problems: parsed.error.issues.map((issue) => {
      const name = String(issue.path[0] ?? '');
      return name in set || !issue.message.includes('received undefined')
        ? `${name}: ${issue.message}`
        : `${name} is not set: ${described(schema.shape[name])}`;
    }),
  };
}

function described(variable: unknown): string {
  return (variable instanceof z.ZodType ? variable.description : undefined) ?? 'it is needed';
}
