import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import {
  ProbeLine,
  ProbeTask,
  type ProbeAttempt,
  type ProberKind,
  type ProbeSummary,
  type ProbeTarget,
} from '../../../core/probe-task.ts';
import { root } from '../../support/repository.ts';

/** What a prober printed, line by line, each as strict as the wire. */
export interface Probed {
  readonly lines: readonly ProbeLine[];
  readonly attempts: readonly ProbeAttempt[];
  readonly summary: ProbeSummary | undefined;
  readonly cannot: Extract<ProbeLine, { type: 'cannot' }> | undefined;
  readonly code: number | null;
  readonly stderr: string;
}

type Overrides = Partial<Omit<ProbeTask, 'kind' | 'targets' | 'version'>>;

/** A task at loopback, one attempt at a time, unless `overrides` says otherwise. */
export function taskOf(
  kind: ProberKind,
  targets: readonly ProbeTarget[],
  overrides: Overrides = {},
): ProbeTask {
  return ProbeTask.parse({
    version: 1,
    kind,
    targets,
    attempts: 5,
    first: 0,
    pace: 0,
    concurrency: 1,
    timeout: 2,
    deadline: 20,
    refuse: [],
    allow: ['127.0.0.0/8', '::1/128'],
    options: {},
    ...overrides,
  });
}

export interface StartedProber {
  readonly process: ChildProcess;
  /** Resolves with the first line of a type. */
  line(type: ProbeLine['type']): Promise<ProbeLine>;
  readonly ended: Promise<Probed>;
}

/** Starts the real program, `prefix` in front (as `ip netns exec p11`). The task is text, so that it may be wrong. */
export function startProber(task: ProbeTask | string, prefix: readonly string[] = []): StartedProber {
  const text = typeof task === 'string' ? task : JSON.stringify(task);
  const program = [process.execPath, 'prober/main.ts', text];
  const [command = '', ...args] = [...prefix, ...program];
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: {} });
  const lines: ProbeLine[] = [];
  const waiting: { type: string; resolve: (line: ProbeLine) => void }[] = [];
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (text) => {
    const line = ProbeLine.parse(JSON.parse(text));
    lines.push(line);
    for (const one of waiting) if (one.type === line.type) one.resolve(line);
  });
  const ended = new Promise<Probed>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({
        lines,
        attempts: lines.filter((line) => line.type === 'attempt'),
        summary: lines.find((line) => line.type === 'summary'),
        cannot: lines.find((line) => line.type === 'cannot'),
        code,
        stderr,
      }),
    );
  });
  return {
    process: child,
    line: (type) =>
      new Promise((resolve) => {
        const known = lines.find((line) => line.type === type);
        if (known === undefined) waiting.push({ type, resolve });
        else resolve(known);
      }),
    ended,
  };
}

export function probe(task: ProbeTask | string, prefix: readonly string[] = []): Promise<Probed> {
  return startProber(task, prefix).ended;
}
