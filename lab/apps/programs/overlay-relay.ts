/**
 * A part of the overlay between nodes: passes datagrams of VXLAN on, as a bad line would.
 * RELAY  what it listens on and where that leads, in JSON, as below
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import * as z from 'zod';
import { seeded } from '../../random.ts';
import { ImpairedLine } from '../impaired-line.ts';
import { fillChecksum } from '../inner-checksum.ts';
import { ready } from '../support/ready.ts';
import { settings } from '../support/settings.ts';

/** Routes of one line share its rate and its queue. */
const Relay = z.strictObject({
  address: z.ipv4(),
  seed: z.int(),
  lines: z.array(
    z.strictObject({
      delayMs: z.number().min(0),
      jitterMs: z.number().min(0),
      loss: z.number().min(0).max(1),
      kbit: z.number().positive(),
      queueBytes: z.number().positive(),
      routes: z.array(
        z.strictObject({
          /** Where datagrams are taken. */
          port: z.int().min(1).max(65_535),
          /** Where they go on to. */
          to: z.strictObject({ address: z.ipv4(), port: z.int().min(1).max(65_535) }),
        }),
      ),
    }),
  ),
});
type Line = z.infer<typeof Relay>['lines'][number];

async function relay({ routes, ...impairment }: Line, address: string, seed: number): Promise<void> {
  const line = new ImpairedLine(impairment, seeded(seed));
  const waiting: { readonly at: number; readonly send: () => void }[] = [];
  const pass = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const wait = next.at - performance.now();
      if (wait > 0) {
        setTimeout(pass, wait);
        return;
      }
      waiting.shift();
      next.send();
    }
  };
  await Promise.all(
    routes.map(async ({ port, to }) => {
      const socket = createSocket('udp4');
      socket.on('message', (message) => {
        const at = line.outAt(performance.now(), message.length);
        if (at === undefined) return;
        fillChecksum(message);
        // One timer at a time: for the first that waits, as all come out in the order they came.
        const isFirst = waiting.push({ at, send: () => socket.send(message, to.port, to.address) }) === 1;
        if (isFirst) pass();
      });
      socket.bind(port, address);
      await once(socket, 'listening');
    }),
  );
}

const { address, seed, lines } = Relay.parse(JSON.parse(settings.text('RELAY')));
await Promise.all(lines.map((line, index) => relay(line, address, seed + index)));
ready();
