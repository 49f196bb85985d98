import type { Payload } from '../payloads/envelope.ts';
import type { Faults } from '../state/faults.ts';
import type { Timers } from '../state/timers.ts';
import type { Timing } from '../options.ts';
import type { Ack, Retry, Transport } from './transport.ts';

/** A payload that was handed to the app, and what came of it. */
export interface DeliveryRecord {
  readonly payload: Payload;
  readonly attempt: number;
  readonly ack: Ack;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ms: number;
}

/** Hands payloads to the app: interactions once, events until they are acknowledged. */
export class Deliveries {
  transport: Transport;
  readonly records: DeliveryRecord[] = [];
  readonly #timing: Timing;
  readonly #timers: Timers;
  readonly #faults: Faults;
  #closed = false;

  constructor(transport: Transport, timing: Timing, timers: Timers, faults: Faults) {
    this.transport = transport;
    this.#timing = timing;
    this.#timers = timers;
    this.#faults = faults;
  }

  /** Commands, actions and views: nobody repeats them, so an unacknowledged one is lost. */
  async interact(payload: Payload): Promise<{ readonly ack: Ack; readonly ms: number }> {
    const { ack, ms } = await this.#attempt(payload);
    return { ack, ms };
  }

  event(payload: Payload, retry?: Retry): void {
    void this.#attempt(payload, retry).then(({ ack }) => {
      if (ack.ok || ack.noRetry === true || this.#closed) return;
      const attempt = (retry?.attempt ?? 0) + 1;
      const delay = this.#timing.retryDelaysMs[attempt - 1];
      if (delay === undefined) return;
      this.#timers.after(delay, () => this.event(payload, { attempt, reason: ack.reason }));
    });
  }

  close(): void {
    this.#closed = true;
    this.transport.close();
  }

  async #attempt(payload: Payload, retry?: Retry): Promise<DeliveryRecord> {
    const at = Date.now();
    const timeout = this.#timing.ackTimeoutMs;
    if (this.#faults.takeDelivery('duplicate_delivery')) {
      void this.transport.send(payload, timeout, { attempt: 1, reason: 'timeout' });
    }
    let ack = await this.transport.send(payload, timeout, retry);
    if (ack.ok && this.#faults.takeDelivery('drop_ack')) ack = { ok: false, reason: 'timeout' };
    const record = { payload, attempt: retry?.attempt ?? 0, ack, at, ms: Date.now() - at };
    this.records.push(record);
    return record;
  }
}

/** The words of the notice that the person sees. */
export function failureCode(ack: Ack & { readonly ok: false }): string {
  if (ack.reason === 'connection_failed') return 'dispatch_failed';
  if (ack.reason !== 'http_error') return 'operation_timeout';
  return (ack.status ?? 500) >= 500 ? 'http_service_error' : 'http_client_error';
}
