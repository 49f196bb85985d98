import type { Signature } from '../signatures/classify.ts';
import type { ChangePoint } from '../statistics/change-point.ts';
import type { Concentration } from '../statistics/concentration.ts';
import type { IdleComparison } from '../statistics/idle.ts';
import type { LiveRange } from '../statistics/live-range.ts';

/** The one group that fails more than all the others together, if there is one. */
export class Culprit {
  readonly found: boolean;
  readonly key: string;
  readonly failed: number;
  readonly of: number;
  readonly rest_failed: number;
  readonly rest_of: number;
  readonly p: number;
  /** How many other groups stand out as well. */
  readonly others: number;

  constructor(found: Concentration | undefined) {
    this.found = found !== undefined;
    this.key = found?.key ?? '';
    this.failed = found?.failed ?? 0;
    this.of = found?.of ?? 0;
    this.rest_failed = found?.restFailed ?? 0;
    this.rest_of = found?.restOf ?? 0;
    this.p = found?.p ?? 1;
    this.others = found?.also.length ?? 0;
  }

  get share(): number {
    return this.failed / this.of;
  }

  get rest_share(): number {
    return this.rest_failed / this.rest_of;
  }
}

/** The one range of a label's numbers in which attempts succeed, if all others fail. */
export class Range {
  readonly found: boolean;
  /** As labels are: text. */
  readonly lowest: string;
  readonly highest: string;
  /** Empty where there is none. */
  readonly below: string;
  readonly above: string;
  readonly live: number;
  readonly dead: number;

  constructor(found: LiveRange | undefined) {
    this.found = found !== undefined;
    this.lowest = String(found?.from ?? '');
    this.highest = String(found?.to ?? '');
    this.below = String(found?.below ?? '');
    this.above = String(found?.above ?? '');
    this.live = found?.live ?? 0;
    this.dead = found?.dead ?? 0;
  }
}

/** One lasting step of a series' level, if there was one. */
export class Change {
  readonly found: boolean;
  /** Unix seconds of the first point of the new level. */
  readonly at: number;
  /** Seconds from then to the last point. */
  readonly ago: number;
  readonly before: number;
  readonly after: number;
  readonly p: number;

  constructor(change: ChangePoint | undefined, last: number) {
    this.found = change !== undefined;
    this.at = change?.at ?? Number.NaN;
    this.ago = last - this.at;
    this.before = change?.before ?? Number.NaN;
    this.after = change?.after ?? Number.NaN;
    this.p = change?.p ?? 1;
  }
}

/** How two series move together: rank correlation from −1 to 1, and the chance of it by accident. */
export class Correlation {
  readonly r: number;
  readonly p: number;
  readonly n: number;

  constructor({ r, p, n }: { readonly r: number; readonly p: number; readonly n: number }) {
    this.r = r;
    this.p = p;
    this.n = n;
  }
}

/** Failures when there was least to do against failures when there was most: the quietest and the busiest quarter. */
export class Idle {
  readonly quiet_requests: number;
  readonly quiet_failed: number;
  readonly busy_requests: number;
  readonly busy_failed: number;
  /** Requests a second. */
  readonly quiet_load: number;
  readonly busy_load: number;

  constructor(found: IdleComparison) {
    this.quiet_requests = found.quietRequests;
    this.quiet_failed = found.quietFailed;
    this.busy_requests = found.busyRequests;
    this.busy_failed = found.busyFailed;
    this.quiet_load = found.quietLoad;
    this.busy_load = found.busyLoad;
  }

  get quiet_share(): number {
    return this.quiet_failed / this.quiet_requests;
  }

  get busy_share(): number {
    return this.busy_failed / this.busy_requests;
  }
}

/** What the times of many attempts have in common, as the kernel's timers leave it. */
export class LatencySignature {
  /** `none` where nothing fits. */
  readonly name: string;
  readonly title: string;
  /** The share of the slow ones that it accounts for. */
  readonly share: number;
  readonly events: number;
  readonly of: number;

  constructor({ name, title, share, events, of }: Signature) {
    this.name = name;
    this.title = title;
    this.share = share;
    this.events = events;
    this.of = of;
  }
}
