import { isIPv6 } from 'node:net';
import type { ProbeTarget } from '../../core/probe-task.ts';
import { checkPort, parseHost, type Guard } from '../../prober/guard.ts';
import { guarded, unexpected } from './values.ts';

/** Reads `10.0.0.1:80`, `[fd00::1]:80` or `example.com:443`. Throws CliError, for addresses that are never probed, too. */
export function parseTarget(
  where: string,
  text: string,
  guard: Guard,
  port: 'port' | 'port or none' = 'port',
): ProbeTarget {
  if (text.includes('://'))
    throw unexpected(where, text, 'host:port, as example.com:443, without the scheme');
  const { host, given } = split(text);
  if (host === '') throw unexpected(where, text, 'host:port, as example.com:443');
  const parsed = guarded(where, () => parseHost(host));
  if ('address' in parsed) guarded(where, () => guard.check(parsed.address));
  if (given === undefined) {
    if (port === 'port') throw unexpected(`${where} ${host}`, '', `a port, as ${shown(host)}:443`);
    return { host };
  }
  if (!/^\d{1,9}$/.test(given)) throw unexpected(`${where} ${host}`, given, 'a port from 1 to 65535');
  guarded(`${where} ${host}`, () => checkPort(Number(given)));
  return { host, port: Number(given) };
}

function shown(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** An IPv6 address with a port has brackets, one without may have them. */
function split(text: string): { readonly host: string; readonly given: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
  if (bracketed !== null) return { host: bracketed[1] ?? '', given: bracketed[2] };
  const colon = text.lastIndexOf(':');
  if (colon < 0 || isIPv6(text)) return { host: text, given: undefined };
  return { host: text.slice(0, colon), given: text.slice(colon + 1) };
}
