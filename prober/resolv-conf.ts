import { readFile } from 'node:fs/promises';
import { Cannot } from './cannot.ts';
import { codeOf } from './connect.ts';

/** What a client of glibc reads in /etc/resolv.conf (resolv.conf(5)). */
export interface ResolvConf {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
}

const file = '/etc/resolv.conf';
/** glibc ignores any further ones. */
const mostServers = 3;

/** Throws Cannot where it cannot be read or names no server. */
export async function readResolvConf(): Promise<ResolvConf> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new Cannot('not-found', `${file} cannot be read (${codeOf(error)})`);
  }
  const found = parseResolvConf(text);
  if (found.servers.length === 0) throw new Cannot('not-found', `${file} names no server`);
  return found;
}

function parseResolvConf(text: string): ResolvConf {
  const servers: string[] = [];
  let search: readonly string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver' && values[0] !== undefined) servers.push(values[0]);
    // The last one counts.
    if (keyword === 'search' || keyword === 'domain') search = values;
    if (keyword !== 'options') continue;
    for (const value of values) {
      const [, dots] = /^ndots:(\d+)$/.exec(value) ?? [];
      // glibc goes no further than 15.
      if (dots !== undefined) ndots = Math.min(Number(dots), 15);
    }
  }
  return { servers: servers.slice(0, mostServers), search, ndots };
}

/** The names that glibc asks for one after the other until one is found; a trailing dot says: this one only. */
export function namesToAsk(name: string, search: readonly string[], ndots: number): string[] {
  if (name.endsWith('.')) return [name];
  const searched = search.map((domain) => (domain === '.' ? name : `${name}.${domain}`));
  const dots = name.split('.').length - 1;
  return [...new Set(dots >= ndots ? [name, ...searched] : [...searched, name])];
}
