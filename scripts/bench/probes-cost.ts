import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ProbeLine } from '../../core/probe-task.ts';
import { taskOf, type Wish } from './probes-place.ts';

/** What a prober takes of the machine. */
export interface CostRows {
  /** Milliseconds from the start of the program until it is ready, one a start, sorted. */
  readonly ready: readonly number[];
  readonly connects: number;
  readonly failed: number;
  /** The most memory that one prober held while it made them, in megabytes. */
  readonly megabytes: number;
  readonly seconds: number;
}

const program = new URL('../../prober/main.ts', import.meta.url).pathname;
/** Has a program say at its end how much memory it held at most, in kilobytes. */
const tellMemory =
  'data:text/javascript,process.on("exit",()=>console.error(process.resourceUsage().maxRSS))';

export async function costRows(starts: number, connects: number): Promise<CostRows> {
  const server = createServer((socket) => socket.on('error', () => undefined).destroy());
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
  const { port } = server.address() as AddressInfo;
  const here: Wish = {
    kind: 'tcp',
    targets: [{ host: '127.0.0.1', port }],
    allow: ['127.0.0.0/8'],
    concurrency: 100,
  };

  const ready: number[] = [];
  for (let start = 0; start < starts; start++) {
    const { lines } = await run(here);
    for (const line of lines) if (line.type === 'ready') ready.push(line.ms);
  }
  const started = performance.now();
  const { lines, said } = await run({ ...here, attempts: connects }, ['--import', tellMemory]);
  const seconds = (performance.now() - started) / 1000;
  server.close();
  const attempts = lines.filter((line) => line.type === 'attempt');
  return {
    ready: ready.sort((a, b) => a - b),
    connects: attempts.length,
    failed: attempts.filter(({ ok }) => !ok).length,
    megabytes: Number(said) / 1024,
    seconds,
  };
}

async function run(
  wish: Wish,
  options: readonly string[] = [],
): Promise<{ readonly lines: readonly ProbeLine[]; readonly said: string }> {
  const child = spawn(process.execPath, [...options, program, JSON.stringify(taskOf(wish))], {
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [printed, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const lines = printed.trimEnd().split('\n');
  return { lines: lines.map((line) => ProbeLine.parse(JSON.parse(line))), said };
}
