import type { Impairment } from '../../apps/impaired-line.ts';
import type { Lab } from '../../lab.ts';
import type { Program } from '../../net/start-program.ts';
import type { Random } from '../../random.ts';

/** Datagrams that come to a port go on to another address, after what the line does to them. */
export interface RelayLine extends Impairment {
  readonly routes: readonly {
    readonly port: number;
    readonly to: { readonly address: string; readonly port: number };
  }[];
}

/** Starts it in a namespace, on an address of that. */
export function startRelay(
  lab: Lab,
  { netns, address }: { readonly netns: string; readonly address: string },
  lines: readonly RelayLine[],
  random: Random,
): Promise<Program> {
  const seed = random.whole(0, 2 ** 30);
  return lab.start('overlay-relay', netns, { env: { RELAY: JSON.stringify({ address, seed, lines }) } });
}

/** A line that does nothing to what passes it. */
export const goodLine: Impairment = {
  delayMs: 0,
  jitterMs: 0,
  loss: 0,
  kbit: 1_000_000,
  queueBytes: 1_000_000,
};
