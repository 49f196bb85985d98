import type { Queue, QueueEvents } from 'bullmq';
import type { WebClient } from '@slack/web-api';
import type { ApprovalPolicy } from '../core/remediation/policy.ts';
import type { Logger } from '../platform/logger.ts';
import type { PlaybookSource } from '../platform/playbook-source.ts';
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
  readonly background: Background;
  readonly logger: Logger;
}
