import { randomBytes } from 'node:crypto';
import { Cannot } from '../cannot.ts';
import { lookUp } from '../connect.ts';
import { lookUpNames, type Lookup } from '../dns-lookup.ts';
import { dnsName } from '../dns-message.ts';
import { Patience } from '../patience.ts';
import { namesToAsk, readResolvConf } from '../resolv-conf.ts';
import type { Attempt, Outcome, Run } from '../run.ts';

/** What glibc does unless resolv.conf says otherwise. */
const usual = { port: 53, retryAfter: 5, tries: 2, ndots: 1 } as const;
/** That there is no such name, or no address of it, is an answer. */
const answers = ['NOERROR', 'NODATA', 'NXDOMAIN'];

/**
 * Looks a name up at the targets, which are DNS servers, as a client of glibc does: A and AAAA at once from one socket,
 * again after 5 s, along the search path. An attempt takes as long as that client would wait. `*.invalid` is a name
 * below it that nobody ever asked for, another one in each attempt: no cache knows the answer.
 */
export async function probe(run: Run): Promise<void> {
  const lookup = await lookupOf(run);
  const { timeout } = run.task;
  const { tries, retryAfter } = lookup();
  if (tries * retryAfter > timeout)
    run.notes.add(`a lookup ends after ${timeout} s, sooner than ${tries} tries of ${retryAfter} s`);
  const took: number[] = [];
  await run.each(async (attempt) => {
    const outcome = await lookUpOnce(run, attempt, lookup());
    if (outcome.ok) took.push(Number(outcome.labels?.['queries']));
    return outcome;
  });
  if (took.length === 0) return;
  const mean = took.reduce((sum, queries) => sum + queries, 0) / took.length;
  run.facts['queries_per_lookup'] = Math.round(mean * 100) / 100;
}

/** What one attempt looks up. Names the servers of this machine where the task names none. */
async function lookupOf({ task, notes }: Run): Promise<() => Lookup> {
  const { name, records = 'both', retryAfter = usual.retryAfter, tries = usual.tries } = task.options;
  let { search = [], ndots = usual.ndots } = task.options;
  if (name === undefined) throw new Cannot('rejected', 'Unexpected end, expected the name to look up');
  if (task.targets.length === 0) {
    const here = await readResolvConf();
    task.targets.push(...here.servers.map((host) => ({ host })));
    search = task.options.search ?? [...here.search];
    ndots = task.options.ndots ?? here.ndots;
    notes.add(`asked the servers of /etc/resolv.conf in turn: ${here.servers.join(', ')}`);
  }
  const lookup = (): Lookup => ({
    names: namesToAsk(anew(name), search, ndots).map(dnsName),
    records: records === 'both' ? ['a', 'aaaa'] : [records],
    retryAfter,
    tries,
  });
  // A name that is none is said before the first attempt.
  lookup();
  return lookup;
}

function anew(name: string): string {
  return name.replace(/^\*(?=\.)/, () => `netcheck-${randomBytes(8).toString('hex')}`);
}

async function lookUpOnce(run: Run, attempt: Attempt, lookup: Lookup): Promise<Outcome> {
  const patience = new Patience(run.task.timeout, attempt.signal);
  const found = await lookUp(patience, () => run.reach(attempt.target, attempt.index));
  if ('error' in found) return { ok: false, ms: found.ms, phases: { dns: found.ms }, error: found.error };
  const { address } = found.value;
  const port = attempt.target.port ?? usual.port;
  const started = performance.now();
  const { code, queries, truncated, resent, sourcePort, connectMs } = await lookUpNames(lookup, {
    run,
    attempt: { ...attempt, target: { ...attempt.target, port } },
    server: { ...found.value, port },
    patience,
  });
  const ms = performance.now() - started;
  const ok = answers.includes(code);
  return {
    ok,
    ms,
    phases: { dns: ms, ...(connectMs !== undefined && { connect: connectMs }) },
    ...(!ok && { error: code }),
    address,
    ...(sourcePort > 0 && { sourcePort }),
    labels: {
      backend: address,
      ...(ok && { rcode: code }),
      queries: String(queries),
      ...(truncated && { truncated: 'yes' }),
      ...(resent !== undefined && { resent }),
    },
  };
}
