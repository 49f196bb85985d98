import { askByTcp, askByUdp, questionsFor, type Exchanged } from './dns-exchange.ts';
import type { RecordType, Reply } from './dns-message.ts';
import type { Patience } from './patience.ts';
import type { Attempt, Reached, Run } from './run.ts';

/** What is looked up in every attempt. */
export interface Lookup {
  /** As they are asked for, one after the other, until one has an address. */
  readonly names: readonly string[];
  readonly records: readonly RecordType[];
  /** Seconds. */
  readonly retryAfter: number;
  readonly tries: number;
}

/** Where it is looked up. */
export interface Resolver {
  readonly run: Run;
  /** Of a target with a port. */
  readonly attempt: Attempt;
  readonly server: Reached & { readonly port: number };
  readonly patience: Patience;
}

/** How a lookup went. */
export interface Answered {
  /** NOERROR: there is an address. NODATA, NXDOMAIN: there is none. Anything else: no answer. */
  readonly code: string;
  /** How many questions it took, those that were only sent again left out. */
  readonly queries: number;
  readonly truncated: boolean;
  readonly resent: string | undefined;
  readonly sourcePort: number;
  readonly connectMs: number | undefined;
}

/** The answers after which glibc asks for the next name of the search path. */
const goesOn = ['NXDOMAIN', 'NODATA', 'SERVFAIL'];

/** Asks for one name after the other, as glibc does. That one of them cannot be answered for is kept. */
export async function lookUpNames(lookup: Lookup, resolver: Resolver): Promise<Answered> {
  let queries = 0;
  let truncated = false;
  let resent: string | undefined;
  let code = 'NXDOMAIN';
  let last: Exchanged | undefined;
  for (const name of lookup.names) {
    const asked = await ask(name, lookup, resolver);
    last = asked.exchanged;
    queries += lookup.records.length;
    truncated ||= asked.truncated;
    resent ??= asked.resent;
    const found = 'error' in last ? last.error : codeOf(last.replies);
    if (code !== 'SERVFAIL' || !goesOn.includes(found)) code = found;
    if (!goesOn.includes(found)) break;
  }
  return { code, queries, truncated, resent, sourcePort: last?.sourcePort ?? 0, connectMs: last?.connectMs };
}

interface Asked {
  readonly exchanged: Exchanged;
  readonly truncated: boolean;
  readonly resent?: string | undefined;
}

/** Over UDP unless the target says TCP, and over TCP what does not fit into a datagram. */
async function ask(
  name: string,
  lookup: Lookup,
  { run, attempt, server, patience }: Resolver,
): Promise<Asked> {
  const questions = questionsFor(name, lookup.records);
  const byTcp = (): Promise<Exchanged> => askByTcp(run, attempt, questions, patience);
  if (attempt.target.transport === 'tcp') return { exchanged: await byTcp(), truncated: false };
  const { retryAfter, tries } = lookup;
  const exchanged = await askByUdp(server, questions, { patience, retryAfter, tries });
  const { resent } = exchanged;
  if ('error' in exchanged || !exchanged.replies.some((reply) => reply.truncated))
    return { exchanged, truncated: false, resent };
  const again = await byTcp();
  return { exchanged: 'error' in again ? { ...again, error: 'truncated' } : again, truncated: true, resent };
}

/** Of all replies together: a failure of one is a failure. */
function codeOf(replies: readonly Reply[]): string {
  const failure = replies.find(({ rcode }) => rcode !== 'NOERROR' && rcode !== 'NXDOMAIN');
  if (failure !== undefined) return failure.rcode;
  if (replies.some(({ addresses }) => addresses.length > 0)) return 'NOERROR';
  return replies.some(({ rcode }) => rcode === 'NOERROR') ? 'NODATA' : 'NXDOMAIN';
}
