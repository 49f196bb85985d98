import { randomInt } from 'node:crypto';
import { connect } from './connect.ts';
import { converse } from './datagram.ts';
import { decodeReply, encodeQuestion, type Question, type RecordType, type Reply } from './dns-message.ts';
import type { Patience } from './patience.ts';
import type { Attempt, Outcome, Reached, Run } from './run.ts';

/** The replies to all questions, or why there are not all of them. */
export type Exchanged = ({ readonly replies: readonly Reply[] } | { readonly error: string }) & {
  readonly sourcePort: number;
  /** Which question had to be sent again: one of two, or `both`. */
  readonly resent?: RecordType | 'both';
  readonly connectMs?: number;
};

interface Manner {
  readonly patience: Patience;
  /** Seconds until a question is asked again. */
  readonly retryAfter: number;
  readonly tries: number;
}

/** Each with an id that nobody can guess, and that differs: replies are told apart by it. */
export function questionsFor(name: string, records: readonly RecordType[]): Question[] {
  const first = randomInt(0x10000);
  return records.map((record, nth) => {
    const id = nth === 0 ? first : (first + randomInt(1, 0x10000)) & 0xffff;
    return { id, name, record };
  });
}

/**
 * All questions at once from one socket. What is unanswered after `retryAfter` is asked again; the socket stays, so that
 * a late answer is an answer.
 */
export async function askByUdp(
  server: Reached & { readonly port: number },
  questions: readonly Question[],
  { patience, retryAfter, tries }: Manner,
): Promise<Exchanged> {
  const replies = new Map<Question, Reply>();
  let resent: RecordType | 'both' | undefined;
  let timer: NodeJS.Timeout | undefined;
  const answer = await converse<readonly Reply[]>(server, patience, {
    most: tries * retryAfter * 1000,
    begin: (send) => {
      const ask = (left: number): void => {
        const open = questions.filter((one) => !replies.has(one));
        if (left < tries) resent = open.length > 1 ? 'both' : open[0]?.record;
        for (const question of open) send(encodeQuestion(question));
        if (left > 1) timer = setTimeout(() => ask(left - 1), retryAfter * 1000);
      };
      ask(tries);
    },
    hear: (bytes) => {
      const heard = decodeReply(bytes, questions);
      if (heard === undefined) return undefined;
      replies.set(heard.question, heard.reply);
      // What is truncated is asked again by TCP, all of it.
      return replies.size === questions.length || heard.reply.truncated ? [...replies.values()] : 'more';
    },
  });
  clearTimeout(timer);
  return {
    ...('value' in answer ? { replies: answer.value } : { error: answer.error }),
    sourcePort: answer.sourcePort,
    ...(resent !== undefined && { resent }),
  };
}

/** All questions over one connection. What is lost is resent by the kernel. */
export async function askByTcp(
  run: Run,
  attempt: Attempt,
  questions: readonly Question[],
  patience: Patience,
): Promise<Exchanged> {
  const connected = await connect(run, attempt, { patience });
  if ('failure' in connected) return failed(connected.failure);
  const { socket, ms: connectMs, sourcePort } = connected;
  const replies = new Map<Question, Reply>();
  let bytes = Buffer.alloc(0);
  const answer = await patience.wait<readonly Reply[]>((done, fail) => {
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
        const end = 2 + bytes.readUInt16BE(0);
        const heard = decodeReply(bytes.subarray(2, end), questions);
        bytes = bytes.subarray(end);
        // Whoever talks on about something else is no resolver.
        if (heard === undefined) fail('mismatch');
        else replies.set(heard.question, heard.reply);
      }
      if (replies.size === questions.length) done([...replies.values()]);
    });
    socket.once('close', (failed) => fail(failed ? 'ECONNRESET' : 'closed'));
    socket.once('end', () => fail('closed'));
    socket.write(Buffer.concat(questions.map((question) => framed(encodeQuestion(question)))));
  });
  socket.removeAllListeners('data').removeAllListeners('close').removeAllListeners('end');
  socket.resetAndDestroy();
  return {
    ...('value' in answer ? { replies: answer.value } : { error: answer.error }),
    sourcePort,
    connectMs,
  };
}

function failed({ error = 'timeout', sourcePort = 0 }: Outcome): Exchanged {
  return { error, sourcePort };
}

/** Over TCP each message is preceded by its length. */
function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
