import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { setTimeout as pause } from 'node:timers/promises';
import { encode } from 'dns-packet';
import { rcodeOf, withId } from './message.ts';
import type { Metrics } from './metrics.ts';

/** CoreDNS's plugin `forward`: no try is begun after so many seconds, and each waits for so long. */
const deadlineSeconds = 5;
const trySeconds = 2;
/** Upstream is asked whether it is there at all so often, from a try in vain on until it is. */
const healthcheckMs = 500;
const healthcheckSeconds = 1;
/** After more failures in a row than this it is held to be down. */
const mostFails = 2;

/** Asks one upstream resolver, as CoreDNS's plugin `forward` does. */
export class Forward {
  readonly #host: string;
  readonly #port: number;
  readonly #metrics: Metrics;
  #fails = 0;
  #isChecking = false;

  /** `to` is `address:port`. */
  constructor(to: string, metrics: Metrics) {
    const [host = '', port = '53'] = to.split(':');
    this.#host = host;
    this.#port = Number(port);
    this.#metrics = metrics;
  }

  /** The upstream's reply to this message, or `undefined` where CoreDNS says SERVFAIL, which takes up to 6 s. */
  async ask(message: Buffer): Promise<Buffer | undefined> {
    const deadline = performance.now() + deadlineSeconds * 1000;
    while (performance.now() < deadline) {
      // Where all upstreams are down, the health check is held to be broken, and one of them is asked all the same.
      if (this.#fails > mostFails) this.#metrics.healthcheckBroken();
      const started = performance.now();
      const reply = await this.#exchange(message, trySeconds);
      if (reply !== undefined) {
        this.#metrics.proxied(this.#name, rcodeOf(reply), (performance.now() - started) / 1000);
        return reply;
      }
      void this.#healthcheck();
    }
    return undefined;
  }

  get #name(): string {
    return `${this.#host}:${this.#port}`;
  }

  /** From a port of its own, under an id of its own. `undefined` where nothing comes in time. */
  #exchange(message: Buffer, seconds: number): Promise<Buffer | undefined> {
    const id = randomInt(0x10000);
    const socket = createSocket('udp4');
    return new Promise((resolve) => {
      const end = (reply: Buffer | undefined): void => {
        clearTimeout(timer);
        socket.close();
        resolve(reply);
      };
      const timer = setTimeout(end, seconds * 1000, undefined);
      socket.on('message', (reply) => {
        if (reply.length >= 12 && reply.readUInt16BE(0) === id) end(withId(reply, message.readUInt16BE(0)));
      });
      // What is refused, or has no way, is waited for as well: asked anew at once, it would be refused a thousand times.
      socket.on('error', () => undefined);
      socket.once('connect', () => socket.send(withId(message, id)));
      socket.connect(this.#port, this.#host);
    });
  }

  async #healthcheck(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    const question = encode({ type: 'query', id: 0, questions: [{ name: '.', type: 'NS' }] });
    while ((await this.#exchange(question, healthcheckSeconds)) === undefined) {
      this.#fails += 1;
      this.#metrics.healthcheckFailed(this.#name);
      await pause(healthcheckMs);
    }
    this.#fails = 0;
    this.#isChecking = false;
  }
}
