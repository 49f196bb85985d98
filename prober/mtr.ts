import { Cannot } from './cannot.ts';
import type { Reached } from './run.ts';
import { runTool } from './tool.ts';

/** One packet that was sent with a TTL, and what came back. */
export interface Packet {
  /** Its TTL: 1 is the first router. */
  readonly hop: number;
  /** Who answered; absent where nobody did. */
  readonly node?: string;
  /** Milliseconds. */
  readonly ms?: number;
}

interface Trace {
  readonly address: Reached;
  /** TCP to this port; ICMP without one. */
  readonly port: number | undefined;
  readonly cycles: number;
  /** Seconds between two packets to the same hop. */
  readonly interval: number;
  /** Seconds to wait for the last answers. */
  readonly grace: number;
  readonly hops: number;
}

/** Seconds that mtr may take besides its packets. */
const startSeconds = 3;

/** Sends packets with rising TTL. Throws Cannot where mtr is not there or may not send. */
export async function trace(what: Trace, signal: AbortSignal): Promise<readonly Packet[]> {
  const { address, port, cycles, interval, grace, hops } = what;
  const args = [
    ...[
      '--raw',
      '-n',
      `-${address.family}`,
      '-c',
      String(cycles),
      '-i',
      String(interval),
      '-G',
      String(grace),
    ],
    ...['-Z', String(grace), '-m', String(hops), ...(port === undefined ? [] : ['-T', '-P', String(port)])],
    address.address,
  ];
  const timeout = (cycles * interval + grace + startSeconds) * 1000;
  const { stdout, stderr, cutOff } = await runTool('mtr', args, { timeout, signal });
  const packets = parseRaw(stdout, cutOff);
  if (packets.length > 0 || cutOff) return packets;
  const why = stderr.trim().split('\n')[0] ?? '';
  throw new Cannot(
    'not-enabled',
    `mtr may not send here (${why === '' ? 'its mtr-packet ended' : why}): it needs CAP_NET_RAW`,
  );
}

/**
 * `x HOP ID` is a packet sent, `p HOP MICROSECONDS ID` its answer, `h HOP ADDRESS` who is there; hops count from 0.
 * What was still on its way when mtr was cut off is left out.
 */
export function parseRaw(text: string, cutOff: boolean): readonly Packet[] {
  const sent = new Map<string, Packet>();
  const nodes = new Map<string, string>();
  const last = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [type, hop = '', value = '', id = ''] = line.trim().split(' ');
    if (type === 'h') nodes.set(hop, value);
    if (type === 'x') {
      sent.set(value, { hop: Number(hop) + 1 });
      last.set(Number(hop) + 1, value);
    }
    const packet = type === 'p' ? sent.get(id) : undefined;
    const node = nodes.get(hop);
    if (packet !== undefined && node !== undefined)
      sent.set(id, { ...packet, node, ms: Number(value) / 1000 });
  }
  if (cutOff) for (const id of last.values()) if (sent.get(id)?.node === undefined) sent.delete(id);
  return [...sent.values()];
}
