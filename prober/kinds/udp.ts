import { randomBytes, randomInt } from 'node:crypto';
import { Cannot } from '../cannot.ts';
import { lookUp, portOf } from '../connect.ts';
import { converse, type Talk } from '../datagram.ts';
import { dnsName, encodeQuestion, replyId } from '../dns-message.ts';
import { Patience } from '../patience.ts';
import type { Attempt, Outcome, Run } from '../run.ts';

/** At the start of every echo, so that whoever captures packets knows whose they are. */
const marker = Buffer.from('netcheck:');
const usualBytes = 64;

/** Sends a request and waits for its answer. Only the answer is a success: UDP itself does not say what is lost. */
export function probe(run: Run): Promise<void> {
  run.notes.add(
    'no answer: the request was lost, or the answer, or the server does not answer such a request',
  );
  return run.each((attempt) => askOnce(run, attempt));
}

async function askOnce(run: Run, { index, target, signal }: Attempt): Promise<Outcome> {
  const port = portOf(target);
  const talk = talkOf(run);
  const patience = new Patience(run.task.timeout, signal);
  const found = await lookUp(patience, () => run.reach(target, index));
  if ('error' in found) return { ok: false, ms: found.ms, phases: { dns: found.ms }, error: found.error };
  const { address, family, dnsMs } = found.value;
  const answer = await converse({ address, family, port }, patience, talk);
  const { ms, sourcePort } = answer;
  return {
    ok: !('error' in answer),
    ms,
    phases: { ...(dnsMs > 0 && { dns: dnsMs }), ...('value' in answer && { firstByte: ms }) },
    ...('error' in answer && { error: answer.error }),
    address,
    ...(sourcePort > 0 && { sourcePort }),
    labels: { backend: address },
  };
}

/** A new request each time: a late answer to the one before is not an answer to this one. */
function talkOf({ task }: Run): Talk<true> {
  const { payload = 'echo', bytes = usualBytes, name } = task.options;
  if (payload === 'echo') {
    const request = Buffer.concat([marker, randomBytes(bytes)]).subarray(0, bytes);
    return { begin: (send) => send(request), hear: (answer) => answer.equals(request) || undefined };
  }
  if (name === undefined)
    throw new Cannot('rejected', 'Unexpected end, expected the name to ask the DNS server for');
  const id = randomInt(0x10000);
  const question = encodeQuestion({ id, name: dnsName(name), record: 'a' });
  return { begin: (send) => send(question), hear: (answer) => replyId(answer) === id || undefined };
}
