import type { AppEvents } from './delivery/app-events.ts';
import type { Deliveries } from './delivery/deliveries.ts';
import type { SocketTransport } from './delivery/socket.ts';
import type { Credentials } from './identity.ts';
import type { JournalEntry } from './model.ts';
import type { Settings } from './options.ts';
import type { Faults } from './state/faults.ts';
import type { Files } from './state/files.ts';
import type { Rates } from './state/rates.ts';
import type { ResponseUrls } from './state/response-urls.ts';
import type { Timers } from './state/timers.ts';
import type { Triggers } from './state/triggers.ts';
import type { Views } from './state/views.ts';
import type { Workspace } from './state/workspace.ts';

/** Everything one stand-in consists of. */
export interface Platform {
  readonly settings: Settings;
  readonly credentials: Credentials;
  readonly workspace: Workspace;
  readonly views: Views;
  readonly files: Files;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly rates: Rates;
  readonly faults: Faults;
  readonly timers: Timers;
  readonly socket: SocketTransport;
  readonly deliveries: Deliveries;
  readonly events: AppEvents;
  readonly journal: JournalEntry[];
  /** `http://127.0.0.1:<port>`, known once the server listens. */
  url: string;
}
