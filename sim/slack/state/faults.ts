import { z } from 'zod';

const times = z.int().min(1).default(1);
const method = z.string();

/** What can be made to go wrong, for the next `times` occasions. */
export const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rate_limit'), method, times, retry_after: z.int().min(0).default(1) }),
  z.strictObject({ kind: z.literal('http_error'), method, times, status: z.int().default(500) }),
  z.strictObject({ kind: z.literal('error'), method, times, error: z.string() }),
  z.strictObject({ kind: z.literal('hang'), method, times }),
  z.strictObject({ kind: z.literal('drop'), method, times }),
  /** Does what was asked and loses the answer: how duplicates come about. */
  z.strictObject({ kind: z.literal('drop_after'), method, times }),
  z.strictObject({ kind: z.literal('delay'), method, times, delay_ms: z.int().min(0) }),
  z.strictObject({ kind: z.literal('drop_ack'), times }),
  z.strictObject({ kind: z.literal('duplicate_delivery'), times }),
  z.strictObject({
    kind: z.literal('disconnect'),
    how: z.enum(['refresh', 'warning', 'cut']).default('refresh'),
  }),
]);
export type Fault = z.output<typeof fault>;
export type FaultRequest = z.input<typeof fault>;
export type MethodFault = Extract<Fault, { method: string }>;
type DeliveryFault = 'drop_ack' | 'duplicate_delivery';

export class Faults {
  readonly #methods: { readonly fault: MethodFault; left: number }[] = [];
  readonly #deliveries: { readonly kind: DeliveryFault; left: number }[] = [];

  add(added: Exclude<Fault, { kind: 'disconnect' }>): void {
    if ('method' in added) this.#methods.push({ fault: added, left: added.times });
    else this.#deliveries.push({ kind: added.kind, left: added.times });
  }

  takeMethod(name: string): MethodFault | undefined {
    const entry = this.#methods.find(({ fault: { method: of }, left }) => of === name && left > 0);
    if (entry !== undefined) entry.left -= 1;
    return entry?.fault;
  }

  takeDelivery(kind: DeliveryFault): boolean {
    const entry = this.#deliveries.find((each) => each.kind === kind && each.left > 0);
    if (entry !== undefined) entry.left -= 1;
    return entry !== undefined;
  }
}
