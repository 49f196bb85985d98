import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** What a server says of a name of its own. NOERROR without an address: there is such a name, or names below it. */
export interface Known {
  readonly rcode: 'NOERROR' | 'NXDOMAIN';
  readonly addresses: readonly string[];
}

/** Names and their IPv4 addresses, as in `{ "payments.shop.svc.cluster.local": ["10.96.0.22"], "*.example.com": [] }`. */
export type Records = Readonly<Record<string, readonly string[]>>;

/**
 * The names under `origin`, as in `cluster.local`, or all there are where that is empty. Answers as CoreDNS's kubernetes
 * plugin does: addresses for A, nothing for any other type, NXDOMAIN for what is not there. `undefined` for names that
 * are not under it.
 */
export class Zone {
  readonly #origin: string;
  #records: ReadonlyMap<string, readonly string[]> = new Map();
  /** Every name that is there, if only because there is one below it. */
  #names: ReadonlySet<string> = new Set();

  constructor(origin: string, records: Records = {}) {
    this.#origin = origin;
    this.records = records;
  }

  set records(records: Records) {
    this.#records = new Map(Object.entries(records).map(([name, addresses]) => [plain(name), addresses]));
    this.#names = new Set([...this.#records.keys()].flatMap(withParents));
  }

  find(asked: string, type: string): Known | undefined {
    const name = plain(asked);
    if (this.#origin !== '' && name !== this.#origin && !name.endsWith(`.${this.#origin}`)) return undefined;
    const addresses = this.#records.get(name) ?? this.#wildcard(name);
    if (addresses === undefined && !this.#names.has(name)) return { rcode: 'NXDOMAIN', addresses: [] };
    return { rcode: 'NOERROR', addresses: type === 'A' ? (addresses ?? []) : [] };
  }

  /** `*.example.com` stands for every name below example.com that is not there. */
  #wildcard(name: string): readonly string[] | undefined {
    if (this.#names.has(name)) return undefined;
    return withParents(name)
      .slice(1)
      .map((parent) => this.#records.get(`*.${parent}`))
      .find((addresses) => addresses !== undefined);
  }
}

/** Keeps a zone's records as the file has them, from now on. A file that cannot be read, or is half written, changes nothing. */
export async function followFile(zone: Zone, file: string): Promise<void> {
  const read = async (): Promise<void> => {
    try {
      zone.records = JSON.parse(await readFile(file, 'utf8')) as Records;
    } catch {
      // Its writer is not done: there will be another event.
    }
  };
  // Of the folder, for the file may be replaced as a whole.
  watch(dirname(file), (_event, name) => {
    if (name === basename(file)) void read();
  });
  await read();
}

/** In lower case, without the root's dot. */
function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** `a.b.c`, `b.c`, `c`. */
function withParents(name: string): string[] {
  const labels = name.split('.');
  return labels.map((_, index) => labels.slice(index).join('.'));
}
