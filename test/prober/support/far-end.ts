import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { openSandbox, type Sandbox } from '../../../lab/net/sandbox.ts';
import type { ProbeTask } from '../../../core/probe-task.ts';
import { certificate } from './certificate.ts';
import { probe, type Probed } from './prober.ts';

export interface FarEnd {
  /** Runs the real program where the far end can be reached. */
  probe(task: ProbeTask): Promise<Probed>;
  /** Filters what the far end is sent, until the test is over: lines of a chain of nft. */
  filter(...rules: readonly string[]): Promise<void>;
  run(...argv: readonly string[]): Promise<string>;
  enter(): readonly string[];
}

/** The ports on which the far end speaks HTTP, bare and over TLS. */
export const httpPort = 8080;
export const httpsPort = 8443;

/** Answers any request: `/bytes/N` with N bytes, anything else with two. */
const script = `
const { once } = require('node:events');
const answer = (request, response) => {
  const [, bytes = 2] = /^\\/bytes\\/(\\d+)$/.exec(request.url) ?? [];
  request.resume();
  response.end(Buffer.alloc(Number(bytes), 'x'));
};
const options = { maxHeaderSize: 65536, ...JSON.parse(process.argv[1]) };
const http = require('node:http').createServer(options, answer).listen(${httpPort});
const https = require('node:https').createServer(options, answer).listen(${httpsPort});
void Promise.all([once(http, 'listening'), once(https, 'listening')]).then(() => console.log('ready'));
`;

/**
 * A network of its own for the tests of this file: nothing but loopback, with Ethernet's MTU, one HTTP server, and the
 * kernel's own filter in between.
 */
export function farEnd(): FarEnd {
  let sandbox: Sandbox | undefined;
  const inside = (): Sandbox => {
    if (sandbox === undefined) throw new Error('no sandbox yet');
    return sandbox;
  };
  beforeAll(async () => {
    sandbox = await openSandbox();
    await sandbox.run(['ip', 'link', 'set', 'lo', 'mtu', '1500', 'up']);
    const { key, cert } = await certificate({ name: 'far-end.example' });
    // A chain so long that the server's first flight is more than one packet.
    const argument = JSON.stringify({ key, cert: Array(6).fill(cert).join('\n') });
    const server = sandbox.spawn(undefined, [process.execPath, '--eval', script, argument]);
    server.stderr.pipe(process.stderr);
    const ended = once(server, 'exit').then(() => Promise.reject(new Error('the far end ended')));
    ended.catch(() => undefined);
    await Promise.race([once(createInterface(server.stdout), 'line'), ended]);
  });
  afterEach(() => inside().run(['nft', 'flush', 'ruleset']));
  afterAll(() => sandbox?.close());
  return {
    probe: (task) => probe(task, inside().enter(undefined)),
    async filter(...rules) {
      const chain = ['type filter hook input priority filter', ...rules].join('\n');
      await inside().run(['nft', '-f', '-'], { input: `table inet far {\nchain input {\n${chain}\n}\n}\n` });
    },
    run: (...argv) => inside().run(argv),
    enter: () => inside().enter(undefined),
  };
}
