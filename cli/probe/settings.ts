import type { ProbeOptions } from '../../core/probe-task.ts';
import { parseHost } from '../../prober/guard.ts';
import { choice, guarded, list, seconds, unexpected, whole } from './values.ts';

/** An option that some kinds of probe have. */
export interface Setting {
  /** As Commander takes it; without a `<value>` it is there or not. */
  readonly flags: string;
  readonly says: string;
  /** Throws CliError. `where` is the option's long flag. */
  readonly read: (text: string, where: string) => ProbeOptions;
}

/** A name without an address in disguise, as DNS and TLS take it. */
function name(where: string, text: string): string {
  const parsed = guarded(where, () => parseHost(text));
  if ('address' in parsed) throw unexpected(where, text, 'a name, not an address');
  return text;
}

const named = {
  burst: {
    flags: '--burst <n>',
    says: 'begin n at the same instant, then wait n times the pace',
    read: (text, where) => ({ burst: whole(where, text, 1, 1000) }),
  },
  proxied: {
    flags: '--proxied',
    says: 'a sidecar answers every connect: time what the far end says after it',
    read: () => ({ proxied: true }),
  },
  sni: {
    flags: '--sni <which>',
    says: 'ask with SNI (on), without (off), or both in turn',
    read: (text, where) => ({ sni: choice(where, text, ['on', 'off', 'both']) }),
  },
  servername: {
    flags: '--servername <name>',
    says: 'the name to ask for, if not the one of the target',
    read: (text, where) => ({ servername: name(where, text) }),
  },
  tls: {
    flags: '--tls',
    says: 'over TLS; as a rule at port 443, 6443 and 8443',
    read: () => ({ tls: true }),
  },
  'no-tls': { flags: '--no-tls', says: 'without TLS whatever the port', read: () => ({ tls: false }) },
  path: {
    flags: '--path <path>',
    says: 'what to ask for; / unless given',
    read(text, where) {
      if (!/^\/[\x21-\x7e]*$/.test(text)) throw unexpected(where, text, 'a path as /healthz');
      return { path: text };
    },
  },
  bodyBytes: {
    flags: '--body-bytes <n>',
    says: 'POST so many bytes',
    read: (text, where) => ({ bodyBytes: whole(where, text, 0, 10_000_000) }),
  },
  payload: {
    flags: '--payload <which>',
    says: 'echo: expect back what was sent; dns: ask for --name',
    read: (text, where) => ({ payload: choice(where, text, ['echo', 'dns']) }),
  },
  bytes: {
    flags: '--bytes <n>',
    says: 'of the echo; 64 unless given',
    read: (text, where) => ({ bytes: whole(where, text, 1, 65_000) }),
  },
  name: {
    flags: '--name <name>',
    says: 'what to ask a DNS server for',
    read: (text, where) => ({ name: name(where, text) }),
  },
  record: {
    flags: '--record <which>',
    says: 'a, aaaa, or both at once as glibc does',
    read: (text, where) => ({ records: choice(where, text, ['a', 'aaaa', 'both']) }),
  },
  search: {
    flags: '--search <domains>',
    says: 'the search path, as resolv.conf has it: a,b',
    read: (text, where) => ({ search: list(where, text, name) }),
  },
  ndots: {
    flags: '--ndots <n>',
    says: 'names with fewer dots go along the search path first',
    read: (text, where) => ({ ndots: whole(where, text, 0, 15) }),
  },
  ports: {
    flags: '--ports <range>',
    says: 'source ports to sweep; 1024-65535 unless given',
    read(text, where) {
      const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
      if (from === undefined || to === undefined) throw unexpected(where, text, 'a range as 1024-65535');
      const low = whole(where, from, 1, 65_535);
      return { ports: [low, whole(`${where}, character ${from.length + 2}`, to, low, 65_535)] };
    },
  },
  'no-boundary': {
    flags: '--no-boundary',
    says: 'do not seek the boundary between dead and live ports',
    read: () => ({ boundary: false }),
  },
  sizes: {
    flags: '--sizes <bytes>',
    says: 'how many bytes to send and to ask for, as 1200,1500',
    read: (text, where) => ({ sizes: list(where, text, (at, part) => whole(at, part, 1, 200_000)) }),
  },
  waits: {
    flags: '--waits <seconds>',
    says: 'how long to leave connections unused, as 60,350',
    read: (text, where) => ({ waits: list(where, text, (at, part) => seconds(at, part, 0, 800)) }),
  },
  silence: {
    flags: '--silence <seconds>',
    says: 'how long to say nothing; 12 unless given',
    read: (text, where) => ({ silence: seconds(where, text, 0.1, 300) }),
  },
  hops: {
    flags: '--hops <n>',
    says: 'the most hops; 30 unless given',
    read: (text, where) => ({ hops: whole(where, text, 1, 64) }),
  },
  seconds: {
    flags: '--seconds <seconds>',
    says: 'between the two readings; 10 unless given',
    read: (text, where) => ({ seconds: seconds(where, text, 0.1, 600) }),
  },
} satisfies Record<string, Setting>;
export type SettingName = keyof typeof named;
export const settings: Readonly<Record<SettingName, Setting>> = named;
