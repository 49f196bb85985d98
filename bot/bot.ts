import type { Queue, QueueEvents } from 'bullmq';
import type { WebClient } from '@slack/web-api';
import type { AlertSettings } from '../core/alerts/settings.ts';
import type { ApprovalPolicy } from '../core/remediation/policy.ts';
import type { Logger } from '../platform/logger.ts';
import type { PlaybookSource } from '../platform/playbook-source.ts';
import type { Pace } from '../platform/pace.ts';
import type { Approvers } from './approvers.ts';
import type { Background } from './background.ts';
import type { Records } from './records.ts';
import type { Rooms } from './rooms.ts';

/** Everything that a listener may use. All of it gives up within about two seconds: a person waits. */
export interface Bot {
  readonly cluster: string;
  readonly approval: ApprovalPolicy;
  readonly approvers: Approvers;
  /** Whether changes may be made at all. */
  readonly remediation: 'on' | 'off';
  readonly incidentChannels: RegExp;
  /** Seconds until a watch looks again for the first time. */
  readonly watchEvery: number;
  readonly playbooks: PlaybookSource;
  readonly records: Records;
  readonly investigate: Queue;
  readonly follow: Queue;
  readonly remediate: Queue;
  readonly remediateEvents: QueueEvents;
  readonly slack: WebClient;
  /** Where people open messages, as `https://acme.slack.com/`. */
  readonly workspaceUrl: string;
  readonly rooms: Rooms;
  /** How fast it starts by itself. */
  readonly pace: Pace;
  readonly autoPerMinute: number;
  readonly autoPerChannel: number;
  /** Whose messages and calls of a webhook are alerts; undefined: nobody's. */
  readonly alerts: AlertSettings | undefined;
  readonly alertsQueue: Queue;
  /** Itself, as messages name their sender. */
  readonly self: { readonly bot: string | undefined; readonly app: string | undefined };
  readonly background: Background;
  readonly logger: Logger;
}
