import { BlockList, isIP, isIPv4 } from 'node:net';
import { Cannot } from './cannot.ts';

/** Never probed, whoever allows it: this is where clouds keep credentials, and what no peer has as its address. */
const never: readonly [network: string, what: string][] = [
  ['169.254.0.0/16', 'a link-local address, where clouds serve metadata and credentials'],
  ['fe80::/10', 'a link-local address'],
  ['100.100.100.200/32', 'a metadata address (Alibaba Cloud)'],
  ['168.63.129.16/32', 'a platform address (Azure)'],
  ['192.0.0.192/32', 'a metadata address (Oracle Cloud)'],
  ['fd00:ec2::/32', 'a metadata address (AWS)'],
  ['fd20:ce::254/128', 'a metadata address (Google Cloud)'],
  // The same addresses through NAT64 (RFC 6052) and 6to4 (RFC 3056).
  ['64:ff9b::a9fe:0/112', 'a link-local address behind NAT64'],
  ['2002:a9fe::/32', 'a link-local address behind 6to4'],
  ['224.0.0.0/4', 'a multicast address'],
  ['ff00::/8', 'a multicast address'],
  ['240.0.0.0/4', 'a reserved address'],
  ['0.0.0.0/8', 'no address of a peer'],
  ['::/128', 'no address of a peer'],
];

/** Refused unless allowed. */
const loopback = ['127.0.0.0/8', '::1/128'];

/** Refuses what must not be probed. Names are checked by what they stand for, at the moment that is used. */
export class Guard {
  readonly #never = never.map(([network, what]) => ({ list: listOf([network]), what }));
  readonly #loopback = listOf(loopback);
  readonly #refused: BlockList;
  readonly #allowed: BlockList;

  constructor({ refuse, allow }: { readonly refuse: readonly string[]; readonly allow: readonly string[] }) {
    this.#refused = listOf(refuse);
    this.#allowed = listOf(allow);
  }

  /** Throws Cannot, in a sentence, if the address must not be probed; `name` is what stood for it. */
  check(address: string, name = address): void {
    const why = this.#whyNot(plain(address));
    if (why === undefined) return;
    const who = name === address ? address : `${say(name)} stands for ${address}, which`;
    throw new Cannot('rejected', `${who} is ${why}: netcheck does not probe it`);
  }

  #whyNot(address: string): string | undefined {
    const within = (list: BlockList): boolean => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
    const found = this.#never.find(({ list }) => within(list));
    if (found !== undefined) return found.what;
    if (within(this.#allowed)) return undefined;
    if (within(this.#loopback)) return 'a loopback address';
    return within(this.#refused) ? 'in a network that is kept from probes' : undefined;
  }
}

/** A host as people and playbooks may write it: an address as addresses are written today, or a DNS name. Throws Cannot. */
export function parseHost(text: string): { readonly address: string } | { readonly name: string } {
  if (isIP(text) !== 0) {
    if (text.includes('%')) throw refusal(text, 'an address with a zone is link-local');
    return { address: plain(text) };
  }
  const name = text.toLowerCase();
  if (name.replace(/\.$/, '').length > 253) throw refusal(text, 'a name has at most 253 characters');
  const labels = name.replace(/\.$/, '').split('.');
  const odd = labels.find((label) => !/^[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?$/.test(label));
  if (odd !== undefined)
    throw refusal(text, 'expected a DNS name (letters, digits and dashes) or an IP address');
  // What ends in a number is read as an address by resolvers: 2852039166, 0251.0376.0251.0376 and 0xa9fea9fe as well.
  if (/^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? ''))
    throw refusal(text, 'expected an IP address in its usual form, as 10.0.0.1');
  return { name };
}

/** Throws Cannot unless it is a port that can be connected to. */
export function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Cannot('rejected', `Unexpected port ${port}, expected 1 to 65535`);
}

/** Throws Cannot unless the text is a network such as `10.0.0.0/8`, or one address. */
export function parseNetwork(text: string): { readonly network: string; readonly prefix: number } {
  const [network = '', length, ...more] = text.split('/');
  const bits = isIPv4(network) ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  if (isIP(network) === 0 || more.length > 0 || !/^\d*$/.test(length ?? '') || length === '' || prefix > bits)
    throw new Cannot('rejected', `Unexpected network ${say(text)}, expected one as 10.0.0.0/8`);
  return { network, prefix };
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of networks) {
    const { network, prefix } = parseNetwork(text);
    list.addSubnet(network, prefix, isIPv4(network) ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** An IPv4 address that is written as IPv6 (`::ffff:10.0.0.1`, `::ffff:a00:1`) is the IPv4 address. */
function plain(address: string): string {
  if (isIPv4(address)) return address;
  const { hostname } = new URL(`http://[${address}]`);
  const mapped = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname);
  if (mapped === null) return address;
  const [high, low] = [parseInt(mapped[1] ?? '', 16), parseInt(mapped[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function refusal(text: string, why: string): Cannot {
  return new Cannot('rejected', `Unexpected host ${say(text)}: ${why}`);
}

/** What somebody wrote, short and without anything that a terminal or a log would act on. */
export function say(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return JSON.stringify(shown).replace(
    /[^\x20-\x7e…]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
