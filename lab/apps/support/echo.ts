import { connect } from 'node:net';
import { codeOf, type Exchange } from './exchange.ts';
import { now } from './now.ts';

export interface EchoCall {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

const word = 'ping\n';

/** Says a word to a server that says everything again, and waits for it. */
export async function echo({
  host,
  port,
  timeoutMs,
}: EchoCall): Promise<Pick<Exchange, 'startedAt' | 'connectedAt' | 'endedAt' | 'error'>> {
  const startedAt = now();
  let connectedAt: number | undefined;
  const error = await new Promise<string | undefined>((resolve) => {
    const socket = connect({ host, port, family: 4 });
    socket.setEncoding('utf8');
    const patience = setTimeout(() => {
      resolve('timeout');
      socket.destroy();
    }, timeoutMs);
    let heard = '';
    socket.once('connect', () => {
      connectedAt = now();
      socket.write(word);
    });
    socket.on('data', (text: string) => {
      heard = (heard + text).slice(-200);
      if (!heard.includes(word)) return;
      resolve(undefined);
      socket.end();
    });
    socket.on('error', (failure) => resolve(codeOf(failure)));
    socket.once('close', () => {
      clearTimeout(patience);
      resolve('closed');
    });
  });
  return { startedAt, connectedAt, endedAt: now(), error };
}
