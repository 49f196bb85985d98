import { connectOnce } from '../far-end.ts';
import { nameOf, type Run } from '../run.ts';
import { hasRoute } from '../route.ts';

/** No network has it (TEST-NET-1, RFC 5737): who answers in its place stands in the path. */
const nowhere = { host: '192.0.2.1', port: 9 };

/** What the far end or the path says to who connects to a place that is not there. */
const answersOfThePath = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ECONNRESET', 'timeout', 'ETIMEDOUT']);

/**
 * Connects to where nobody can be connected to. An attempt is ok when it connected, which gives away something in the path
 * that answers for everybody. `proxied` is absent if nothing left this machine.
 */
export async function probe(run: Run): Promise<void> {
  const { targets } = run.task;
  if (targets.length === 0) targets.push(nowhere);
  const errors = new Set<string>();
  const connectedTo = new Set<string>();
  /** Where the answer was that no network has it: our own routes say so, or a router on the way. */
  const withoutNetwork = new Set<string>();
  await run.each(async (attempt) => {
    const outcome = await connectOnce(run, attempt);
    if (outcome.ok) connectedTo.add(nameOf(attempt.target));
    else errors.add(outcome.error ?? '');
    if (outcome.error === 'ENETUNREACH' && outcome.address !== undefined) withoutNetwork.add(outcome.address);
    return outcome;
  });
  if (connectedTo.size > 0) {
    run.facts['proxied'] = true;
    const who = [...connectedTo].join(' and ');
    run.notes.add(
      `a connect to ${who} succeeds, where nobody should answer: something in the path answers for all`,
    );
  } else if ([...errors].some((error) => answersOfThePath.has(error))) run.facts['proxied'] = false;
  else if ((await Promise.all([...withoutNetwork].map(hasRoute))).includes(true))
    run.facts['proxied'] = false;
  else if (errors.size > 0)
    run.notes.add(`nothing left this machine (${[...errors].join(', ')}): this tells nothing of a proxy`);
}
