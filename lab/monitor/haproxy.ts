import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinary } from '../../sim/world/processes.ts';
import type { Sandbox } from '../net/sandbox.ts';
import type { Undo } from '../net/undo.ts';
import { once } from '../net/undo.ts';

/** A port of a Service as a load balancer has it: on all nodes the same NodePort behind it. */
export interface BalancedPort {
  /** `<namespace>_<service>_<port>`, which is how netcheck knows whose it is. */
  readonly name: string;
  /** Where clients connect to. */
  readonly port: number;
  readonly nodePort: number;
}

interface Balanced {
  readonly name: string;
  readonly ip: string;
}

/** The port of HAProxy's own exporter. */
export const exporterPort = 8404;
const checkSeconds = 2;

/**
 * Each port over all nodes in turn. A node that fails its check is still sent requests, as a classic load balancer does
 * that checks one port of a node and sends to twenty: a request that cannot be connected goes to the next node.
 */
export function haproxyConfig(nodes: readonly Balanced[], ports: readonly BalancedPort[]): string {
  return [
    'global',
    '  nbthread 1',
    '  maxconn 4000',
    'defaults',
    '  mode tcp',
    '  balance roundrobin',
    '  timeout connect 1s',
    '  timeout check 1s',
    '  timeout client 20s',
    '  timeout server 20s',
    '  retries 3',
    '  option redispatch 1',
    // HAProxy counts failed checks only of servers that are up: so many that none goes down.
    `  default-server check inter ${checkSeconds}s fall 1000000 rise 1`,
    ...ports.flatMap(({ name, port, nodePort }) => [
      `listen ${name}`,
      `  bind :${port}`,
      ...nodes.map((node) => `  server ${node.name} ${node.ip}:${nodePort}`),
    ]),
    'frontend exporter',
    `  bind :${exporterPort}`,
    '  mode http',
    '  http-request use-service prometheus-exporter if { path /metrics }',
    '',
  ].join('\n');
}

const readyWithinMs = 10_000;
const pollScript = `for i in $(seq ${readyWithinMs / 20}); do (: < /dev/tcp/127.0.0.1/${exporterPort}) 2>/dev/null && exit 0; sleep 0.02; done; exit 1`;

/** HAProxy in a namespace; its configuration is kept in the folder `dir`. Resolves when it listens. */
export async function startHaproxy(
  sandbox: Sandbox,
  netns: string,
  { dir, config }: { readonly dir: string; readonly config: string },
): Promise<Undo> {
  const binary = await findBinary('haproxy', 'haproxy');
  const file = join(dir, 'haproxy.cfg');
  await writeFile(file, config);
  const child = sandbox.spawn(netns, [binary, '-db', '-f', file]);
  child.stdout.resume();
  let complaint = '';
  child.stderr.on('data', (said: Buffer) => {
    complaint = (complaint + said.toString()).slice(-2000);
  });
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  const listening = sandbox.run(['bash', '-c', pollScript], { netns }).then(
    () => true,
    () => false,
  );
  if (!(await Promise.race([listening, ended.then(() => false)])))
    throw new Error(`HAProxy does not listen: ${complaint.trim()}`);
  return once(async () => {
    child.kill('SIGKILL');
    await ended;
  });
}
