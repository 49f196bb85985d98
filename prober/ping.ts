import type { Reached } from './run.ts';
import { runTool } from './tool.ts';

/** What came of one ICMP echo that must not be fragmented. */
export interface Pinged {
  readonly ok: boolean;
  /** Milliseconds. */
  readonly ms: number;
  /** EMSGSIZE: our own kernel knows that it is too large; frag-needed: a router said so; else as everywhere. */
  readonly error?: string;
  /** The MTU that was named with either. */
  readonly mtu?: number;
}

/** Bytes of the headers before the payload: IP and ICMP. */
export const icmpHeaders = { 4: 28, 6: 48 } as const;

/** Milliseconds that ping itself may take besides its waiting. */
const startMs = 1000;

/** Sends one. Throws Cannot where there is no ping; says in a sentence why it may not. */
export async function ping(
  { address, family }: Pick<Reached, 'address' | 'family'>,
  bytes: number,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<Pinged | { readonly notPermitted: string }> {
  const started = performance.now();
  const args = [
    `-${family}`,
    '-n',
    '-M',
    'do',
    '-s',
    String(bytes),
    '-c',
    '1',
    '-W',
    String(seconds),
    address,
  ];
  const { stdout, stderr, code } = await runTool('ping', args, { timeout: seconds * 1000 + startMs, signal });
  const ms = performance.now() - started;
  const said = `${stdout}\n${stderr}`;
  const [, took] = /time[=<]([\d.]+) ms/.exec(stdout) ?? [];
  if (code === 0 && took !== undefined) return { ok: true, ms: Number(took) };
  const [, tooLong] = /message too long(?:, mtu[=:] ?(\d+))?/i.exec(said) ?? [];
  const mtuOf = (text: string | undefined) => (text === undefined ? {} : { mtu: Number(text) });
  if (/message too long/i.test(said)) return { ok: false, ms, error: 'EMSGSIZE', ...mtuOf(tooLong) };
  const told = /Frag needed.*?mtu = (\d+)|Packet too big: mtu=(\d+)/i.exec(said);
  if (told !== null) return { ok: false, ms, error: 'frag-needed', ...mtuOf(told[1] ?? told[2]) };
  if (/Host Unreachable|Address unreachable/i.test(said)) return { ok: false, ms, error: 'EHOSTUNREACH' };
  if (/Net Unreachable|Network is unreachable|No route/i.test(said))
    return { ok: false, ms, error: 'ENETUNREACH' };
  const why = stderr.trim().split('\n').at(-1) ?? '';
  return code === 1 || code === null || why === ''
    ? { ok: false, ms, error: 'timeout' }
    : { notPermitted: why };
}
