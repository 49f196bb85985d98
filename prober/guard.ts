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
  ['224.0.0.0/4', 'a multicast address'],
  ['ff00::/8', 'a multicast address'],
  ['240.0.0.0/4', 'a reserved address'],
  ['0.0.0.0/8', 'no address of a peer'],
  ['::/128', 'no address of a peer'],
];

/** Refused unless allowed. */
const loopback = ['127.0.0.0/8', '::1/128'];

export interface Rules {
  readonly refuse: readonly string[];
  readonly allow: readonly string[];
  /** The API server: addresses, with a port or for all of them. */
  readonly apiServer?: readonly string[] | undefined;
}

/** Refuses what must not be probed. Names are checked by what they stand for, at the moment that is used. */
export class Guard {
  readonly #never = never.map(([network, what]) => ({ list: listOf([network]), what }));
  readonly #loopback = listOf(loopback);
  readonly #refused: BlockList;
  readonly #allowed: BlockList;
  readonly #apiServer: ReadonlySet<string>;

  constructor({ refuse, allow, apiServer = [] }: Rules) {
    this.#refused = listOf(refuse);
    this.#allowed = listOf(allow);
    this.#apiServer = new Set(apiServer);
  }

  /** Throws Cannot, in a sentence, if the address must not be probed; `name` is what stood for it. */
  check(address: string, name = address, port?: number): void {
    const all = [plain(address), ...embeddedIn(address)];
    const why = this.#isApiServer(all, port)
      ? 'the API server'
      : all.map((one) => this.#whyNot(one)).find((one) => one !== undefined);
    if (why === undefined) return;
    const who = name === address ? address : `${say(name)} stands for ${address}, which`;
    throw new Cannot('rejected', `${who} is ${why}: netcheck does not probe it`);
  }

  #isApiServer(addresses: readonly string[], port: number | undefined): boolean {
    return addresses.some(
      (one) =>
        this.#apiServer.has(one) || (port !== undefined && this.#apiServer.has(addressAndPort(one, port))),
    );
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

/** `10.0.0.1:443`, `[fd00::1]:443` */
export function addressAndPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** An IPv4 address that is written as IPv6 (`::ffff:10.0.0.1`, `::ffff:a00:1`) is the IPv4 address. */
function plain(address: string): string {
  if (isIPv4(address)) return address;
  const groups = groupsOf(address);
  return startsWith(groups, [0, 0, 0, 0, 0, 0xffff]) ? ipv4From(groups, 6) : address;
}

/** Where IPv6 addresses carry IPv4 ones: the prefix, and the group at which it begins. */
const carriers: readonly [prefix: readonly number[], at: number][] = [
  // IPv4-compatible (RFC 4291) and translated (RFC 2765).
  [[0, 0, 0, 0, 0, 0], 6],
  [[0, 0, 0, 0, 0xffff, 0], 6],
  // NAT64, well known (RFC 6052) and local (RFC 8215).
  [[0x64, 0xff9b, 0, 0, 0, 0], 6],
  [[0x64, 0xff9b, 1], 6],
  // 6to4 (RFC 3056).
  [[0x2002], 1],
];

/** The IPv4 addresses that a packet to this IPv6 address may end up at. */
function embeddedIn(address: string): readonly string[] {
  if (isIPv4(address) || address === '::' || address === '::1') return [];
  const groups = groupsOf(address);
  return carriers.filter(([prefix]) => startsWith(groups, prefix)).map(([, at]) => ipv4From(groups, at));
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  // The URL parser writes it in one way, whatever way it came.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const numbers = (text: string | undefined): number[] =>
    text === undefined || text === '' ? [] : text.split(':').map((one) => parseInt(one, 16));
  const [before, after] = [numbers(head), numbers(tail)];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function startsWith(groups: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((one, index) => groups[index] === one);
}

function ipv4From(groups: readonly number[], at: number): string {
  const [high = 0, low = 0] = groups.slice(at, at + 2);
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
