import { createInterface } from 'node:readline';
import { join } from 'node:path';
import * as z from 'zod';
import { openInward } from './net/door.ts';
import type { Sandbox } from './net/sandbox.ts';

/** What the worker says of each arm of a probe before it is made. */
const Audited = z.object({
  msg: z.literal('probe'),
  probe: z.string(),
  from: z.string(),
  attempts: z.number(),
  investigation: z.string(),
});
type Audited = z.infer<typeof Audited>;

export interface LabWorker {
  /** The arms of probes that were made so far. */
  readonly probes: readonly Audited[];
  close(): Promise<void>;
}

const root = join(import.meta.dirname, '..');
const startWithinMs = 30_000;

/**
 * The real worker as a process of its own in a pod's network: the placement `worker` is where it is. Redis and the API
 * server are behind doors on its loopback, under the addresses that they have outside.
 */
export async function startLabWorker(
  sandbox: Sandbox,
  netns: string,
  {
    env,
    outside,
    dir,
  }: {
    readonly env: Readonly<Record<string, string>>;
    /** Ports of the machine's loopback that it needs. */
    readonly outside: readonly number[];
    readonly dir: string;
  },
): Promise<LabWorker> {
  const doors = await Promise.all(
    outside.map((port) => openInward(sandbox, netns, port, join(dir, `worker-${port}.sock`))),
  );
  const argv = [process.execPath, '--disable-warning=ExperimentalWarning', 'workers/main.ts'];
  // As the CLI's own: half the time until it is ready.
  const NODE_COMPILE_CACHE = join(root, 'node_modules/.cache/netcheck');
  const child = sandbox.spawn(netns, argv, {
    env: { LOG_LEVEL: 'info', NODE_COMPILE_CACHE, ...env },
    cwd: root,
  });
  const probes: Audited[] = [];
  let complaint = '';
  child.stdout.resume();
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`The worker did not start: ${complaint}`)), startWithinMs);
    child.once('exit', () => reject(new Error(`The worker ended: ${complaint}`)));
    createInterface(child.stderr).on('line', (line) => {
      complaint = `${complaint}\n${line}`.slice(-4000);
      if (line.includes('"worker ready"')) {
        clearTimeout(late);
        resolve();
      }
      const entry = Audited.safeParse(parsed(line));
      if (entry.success) probes.push(entry.data);
      else if (line.includes('"level":50')) process.stderr.write(`worker: ${line}\n`);
    });
  });
  return {
    probes,
    async close() {
      child.kill('SIGKILL');
      await Promise.all(doors.map((door) => door.close()));
    },
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
