import type { ProbeOptions, ProberKind, ProbeTarget, ProbeTask } from '../../core/probe-task.ts';
import { longestDeadline, mostAtOnce, mostConnections } from '../../core/probe-task.ts';
import { Guard, parseHost, parseNetwork } from '../../prober/guard.ts';
import { nameOf } from '../../prober/run.ts';
import { concurrencyOf, deadlineOf } from '../../workers/probes/limits.ts';
import { CliError } from '../error.ts';
import { kindsByHand } from './kinds.ts';
import { parseTarget } from './targets.ts';
import { guarded, seconds, unexpected, whole } from './values.ts';

/** What every kind can be told, as it was typed. */
export interface TaskFlags {
  readonly attempts?: string;
  readonly pace?: string;
  readonly timeout?: string;
  readonly deadline?: string;
  readonly concurrency?: string;
  readonly allow?: readonly string[];
  readonly refuse?: readonly string[];
  /** dns */
  readonly server?: readonly string[];
  readonly tcp?: boolean;
  /** ladder */
  readonly rung?: readonly string[];
}

export interface Asked {
  readonly kind: ProberKind;
  /** The targets as they were typed. */
  readonly words: readonly string[];
  readonly flags: TaskFlags;
  /** Those of the kind, read already. */
  readonly options: ProbeOptions;
  /** Networks from the environment. */
  readonly refuse: readonly string[];
  readonly allow: readonly string[];
}

const tlsPorts = [443, 6443, 8443];

/** The task of each arm, but for what its place adds. Throws CliError for whatever would be refused later. */
export function taskOf(asked: Asked): ProbeTask {
  const { kind, flags } = asked;
  const { usual, also, takes, settings } = kindsByHand[kind];
  const refuse = [...asked.refuse, ...networks('--refuse', flags.refuse)];
  const allow = [...asked.allow, ...networks('--allow', flags.allow)];
  const targets = targetsOf(asked, new Guard({ refuse, allow }));
  const byPort = settings.includes('tls') && targets.some(({ port = 0 }) => tlsPorts.includes(port));
  const options: ProbeOptions = {
    ...(byPort && { tls: true }),
    ...(takes === 'name' && { name: asked.words[0] ?? '' }),
    ...asked.options,
  };
  if (kind === 'udp' && options.payload === 'dns' && options.name === undefined)
    throw new CliError('--payload dns: Unexpected end, expected --name <name> to ask for', 2);
  const read = <T>(text: string | undefined, parse: (text: string) => T, otherwise: T): T =>
    text === undefined ? otherwise : parse(text);
  const attempts = read(
    flags.attempts,
    (text) => whole('--attempts', text, 1, mostConnections),
    usual.attempts,
  );
  const pace = read(flags.pace, (text) => seconds('--pace', text, 0, 60), usual.pace);
  const timeout = read(flags.timeout, (text) => seconds('--timeout', text, 0.001, 300), usual.timeout);
  const least = Math.max(concurrencyOf(pace, timeout), options.burst ?? 1);
  const longest = deadlineOf({ attempts, pace, timeout }, also?.(options, timeout) ?? 0, 0);
  return {
    version: 1,
    kind,
    targets: [...targets],
    attempts,
    first: 0,
    pace,
    concurrency: read(flags.concurrency, (text) => whole('--concurrency', text, 1, mostAtOnce), least),
    timeout,
    deadline: read(flags.deadline, (text) => seconds('--deadline', text, 0.1, longestDeadline), longest),
    refuse,
    allow,
    options,
  };
}

function networks(where: string, texts: readonly string[] = []): readonly string[] {
  for (const text of texts) guarded(where, () => parseNetwork(text));
  return texts;
}

function targetsOf({ kind, words, flags }: Asked, guard: Guard): readonly ProbeTarget[] {
  switch (kindsByHand[kind].takes) {
    case 'nothing':
      return [];
    case 'name':
      return serversOf(words[0] ?? '', flags, guard);
    case 'rungs':
      return (flags.rung ?? []).map((text) => rungOf(text, guard));
    case 'hosts':
      return words.map((word) => parseTarget('target', word, guard, 'port or none'));
    case 'addresses':
      return words.map((word) => {
        const target = parseTarget('target', word, guard);
        return kind === 'mesh' ? { ...target, labels: { peer: nameOf(target) } } : target;
      });
  }
}

/** The DNS servers to ask; none: those of /etc/resolv.conf, wherever the arm runs. */
function serversOf(
  name: string,
  { server = [], tcp = false }: TaskFlags,
  guard: Guard,
): readonly ProbeTarget[] {
  const parsed = guarded('name', () => parseHost(name));
  if ('address' in parsed) throw unexpected('name', name, 'a name to look up, not an address');
  if (tcp && server.length === 0)
    throw new CliError('--tcp: Unexpected end, expected --server <address> to ask over TCP', 2);
  return server.map((text) => {
    const { host, port = 53 } = parseTarget('--server', text, guard, 'port or none');
    return { host, port, transport: tcp ? 'tcp' : 'udp', labels: { via: nameOf({ host, port }) } };
  });
}

function rungOf(text: string, guard: Guard): ProbeTarget {
  const [, rung, address = ''] = /^([A-Za-z0-9][-_.A-Za-z0-9]{0,39})=(.*)$/s.exec(text) ?? [];
  if (rung === undefined) throw unexpected('--rung', text, 'name=host:port');
  return { ...parseTarget(`--rung ${rung}`, address, guard), labels: { rung } };
}
