/** One line of a container's log. Lines without a time count as written just now. */
export interface LogLine {
  readonly at?: Date;
  readonly text: string;
}

interface ContainerRef {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface PodLogs {
  /** Sets the whole log: a text of lines, or lines with their times. */
  set(container: ContainerRef, log: string | readonly LogLine[], which?: 'current' | 'previous'): void;
  /** Adds lines; whoever follows the log sees them. */
  append(container: ContainerRef, log: string | readonly LogLine[]): void;
  read(container: ContainerRef, which?: 'current' | 'previous'): readonly LogLine[] | undefined;
  follow(container: ContainerRef, listener: (lines: readonly LogLine[]) => void): () => void;
  forget(namespace: string, pod: string): void;
}

const keyOf = ({ namespace, pod, container }: ContainerRef): string => `${namespace}/${pod}/${container}`;

function linesOf(log: string | readonly LogLine[]): readonly LogLine[] {
  if (typeof log !== 'string') return log;
  const lines = log.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((text) => ({ text }));
}

export function makePodLogs(): PodLogs {
  const logs = { current: new Map<string, LogLine[]>(), previous: new Map<string, LogLine[]>() };
  const followers = new Map<string, Set<(lines: readonly LogLine[]) => void>>();

  return {
    set: (container, log, which = 'current') => void logs[which].set(keyOf(container), [...linesOf(log)]),
    append(container, log) {
      const key = keyOf(container);
      const lines = linesOf(log);
      const kept = logs.current.get(key) ?? [];
      logs.current.set(key, kept);
      // In place: a log of many lines is written line by line.
      for (const line of lines) kept.push(line);
      for (const listener of followers.get(key) ?? []) listener(lines);
    },
    read: (container, which = 'current') => logs[which].get(keyOf(container)),
    follow(container, listener) {
      const key = keyOf(container);
      const set = followers.get(key) ?? new Set();
      followers.set(key, set.add(listener));
      return () => set.delete(listener);
    },
    forget(namespace, pod) {
      for (const kept of Object.values(logs)) {
        for (const key of kept.keys()) if (key.startsWith(`${namespace}/${pod}/`)) kept.delete(key);
      }
    },
  };
}
