import { afterAll, afterEach, beforeAll, describe, test } from '@jest/globals';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { buildTopology } from '../../../lab/net/build-topology.ts';
import { canSandbox } from '../../../lab/net/can-sandbox.ts';
import { openSandbox, type Sandbox } from '../../../lab/net/sandbox.ts';
import type { Topology } from '../../../lab/net/topology.ts';
import type { Undo } from '../../../lab/net/undo.ts';

/** Tests that need namespaces: CI fails where there are none, a desk leaves them out and says why. */
export function describeInSandbox(name: string, body: () => void): void {
  const why = canSandbox();
  if (why === undefined) {
    describe(name, body);
  } else if (process.env['CI'] !== undefined) {
    test(name, () => {
      throw new Error(why);
    });
  } else {
    writeSync(2, `left out: ${name}: ${why}\n`);
    describe.skip(name, body);
  }
}

export const cluster = {
  nodes: [
    { name: 'n1', ip: '10.0.0.11', podCidr: '10.244.1.0/24' },
    { name: 'n2', ip: '10.0.0.12', podCidr: '10.244.2.0/24' },
  ],
  pods: [
    { name: 'p11', node: 'n1', ip: '10.244.1.11' },
    {
      name: 'p12',
      node: 'n1',
      ip: '10.244.1.12',
      sysctls: { 'net.ipv4.tcp_syn_linear_timeouts': 0 },
      resolvConf: 'nameserver 10.96.0.10\n',
    },
    { name: 'p21', node: 'n2', ip: '10.244.2.11' },
  ],
  hosts: [
    { name: 'ext', ip: '203.0.113.10' },
    { name: 'lb', ip: '10.0.0.100' },
  ],
} satisfies Topology;

const ports = { tcp: [7000, 7001], udp: [7000, 7001] };

/** The cluster, built once for a file, with a server in each of these namespaces; what a test does is undone after it. */
export function clusterOfTests(servers: readonly string[]): {
  readonly sandbox: () => Sandbox;
  readonly undoLater: (undo: Promise<Undo>) => Promise<Undo>;
} {
  let sandbox: Sandbox | undefined;
  const undos: Undo[] = [];
  const opened = (): Sandbox => {
    if (sandbox === undefined) throw new Error('no sandbox yet');
    return sandbox;
  };
  beforeAll(async () => {
    sandbox = await openSandbox();
    await mountNode(sandbox);
    await buildTopology(sandbox, cluster);
    await Promise.all(servers.map((netns) => startServer(opened(), netns, ports)));
  });
  afterEach(async () => {
    for (const undo of undos.splice(0).reverse()) await undo();
  });
  afterAll(() => sandbox?.close());
  return {
    sandbox: opened,
    async undoLater(undo) {
      undos.push(await undo);
      return undo;
    },
  };
}

/** Our Node at a place that every user may read, wherever it is installed. */
const node = '/run/node';
export async function mountNode(sandbox: Sandbox): Promise<void> {
  await sandbox.run(['touch', node]);
  await sandbox.run(['mount', '--bind', process.execPath, node]);
}

/** A script inside, with one argument. */
export function program(script: string, argument: unknown): readonly string[] {
  return [node, '--eval', script, JSON.stringify(argument)];
}

/** Says who connected and then says everything again; `greeting` says something else first. */
const server = `
const { once } = require('node:events');
const { tcp = [], udp = [], greeting } = JSON.parse(process.argv[1]);
const serve = async () => {
  for (const port of tcp) {
    const server = require('node:net').createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.write((greeting ?? socket.remoteAddress) + '\\n');
      socket.pipe(socket);
    });
    await once(server.listen(port, '0.0.0.0'), 'listening');
  }
  for (const port of udp) {
    const socket = require('node:dgram').createSocket('udp4');
    socket.on('message', (message, { port, address }) => socket.send(message, port, address));
    socket.bind(port, '0.0.0.0');
    await once(socket, 'listening');
  }
  console.log('ready');
};
void serve();
`;

export async function startServer(
  sandbox: Sandbox,
  netns: string,
  options: { readonly tcp?: readonly number[]; readonly udp?: readonly number[]; readonly greeting?: string },
  uid?: number,
): Promise<void> {
  const child = sandbox.spawn(netns, program(server, options), {
    ...(uid === undefined ? {} : { uid }),
  });
  child.stderr.pipe(process.stderr);
  const ready = once(createInterface(child.stdout), 'line');
  const exited = once(child, 'exit').then(() => {
    throw new Error(`the server in ${netns} ended`);
  });
  exited.catch(() => undefined);
  await Promise.race([ready, exited]);
}

/** `timeout` where nothing came in time, else the error's code, else nothing. */
interface Outcome {
  readonly error?: string;
  /** What the server said first: who it thinks it talks to. */
  readonly peer?: string;
  /** Milliseconds to the connection. */
  readonly connectedIn?: number;
}

/** Connects, hears the greeting, sends so many bytes and has them all back; no connection ends before all are done. */
const client = `
const connect = ({ to, port, localPort, bytes, timeoutMs }) => new Promise((resolve) => {
  const started = performance.now();
  const outcome = {};
  let said = '';
  let received = 0;
  const socket = require('node:net').connect({ host: to, port, ...(localPort === 0 ? {} : { localPort }) });
  const fail = (error) => { socket.destroy(); resolve({ ...outcome, error }); };
  setTimeout(fail, timeoutMs, 'timeout');
  socket.on('error', (error) => fail(error.code));
  socket.on('connect', () => {
    outcome.connectedIn = performance.now() - started;
    socket.write(Buffer.alloc(bytes, 'x'));
  });
  socket.on('data', (chunk) => {
    received += chunk.length;
    said = (said + chunk.toString('latin1')).slice(0, 100);
    if (!said.includes('\\n')) return;
    outcome.peer = said.slice(0, said.indexOf('\\n'));
    if (received >= outcome.peer.length + 1 + bytes) resolve(outcome);
  });
});
Promise.all(JSON.parse(process.argv[1]).map(connect)).then((all) => {
  console.log(JSON.stringify(all));
  process.exit();
});
`;

export interface Connection {
  readonly to: string;
  readonly port?: number;
  readonly localPort?: number;
  readonly bytes?: number;
  readonly timeoutMs?: number;
}

/** How long what must come may take, and what is lost is waited for. */
const patience = 10_000;
export const impatience = 300;

/** Makes them all at once. */
export async function connections(
  sandbox: Sandbox,
  netns: string,
  wanted: readonly Connection[],
  uid = 0,
): Promise<readonly Outcome[]> {
  const defaults = { port: 7000, localPort: 0, bytes: 1, timeoutMs: patience };
  const options = wanted.map((one) => ({ ...defaults, ...one }));
  return JSON.parse(await sandbox.run(program(client, options), { netns, uid })) as readonly Outcome[];
}

export async function connection(sandbox: Sandbox, netns: string, wanted: Connection): Promise<Outcome> {
  const [outcome] = await connections(sandbox, netns, [wanted]);
  if (outcome === undefined) throw new Error('no connection made');
  return outcome;
}

/** Sends datagrams, and counts those that came back when no more do. */
const datagramClient = `
const { to, port, count, timeoutMs } = JSON.parse(process.argv[1]);
const socket = require('node:dgram').createSocket('udp4');
const answered = new Set();
let isSent = false;
let last;
const end = () => { console.log(answered.size); process.exit(); };
const goOn = () => {
  clearTimeout(last);
  if (answered.size === count) end();
  if (isSent) last = setTimeout(end, timeoutMs);
};
socket.on('message', (message) => { answered.add(message.toString()); goOn(); });
const send = (at) => {
  isSent = at === count;
  if (isSent) goOn();
  else socket.send(String(at), port, to, (error) => { if (error) throw error; setImmediate(send, at + 1); });
};
send(0);
`;

/** How many of so many datagrams came back. */
export async function answered(
  sandbox: Sandbox,
  netns: string,
  { to, port = 7000, count }: { readonly to: string; readonly port?: number; readonly count: number },
): Promise<number> {
  const options = { to, port, count, timeoutMs: impatience };
  return Number(await sandbox.run(program(datagramClient, options), { netns }));
}

export async function until(what: string, condition: () => boolean, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pause(10);
  }
}
