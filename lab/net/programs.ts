import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the lab runs, and the Debian package that brings it. */
const packages = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  ip: 'iproute2',
  bridge: 'iproute2',
  tc: 'iproute2',
  nft: 'nftables',
} as const;

export type Program = keyof typeof packages;

/** With the folders of administrators, which Debian leaves out of other people's PATH. */
export const searchPath = [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(delimiter);

/** Where the program is, or its bare name where it is nowhere. */
export function pathOf(program: Program): string {
  return find(program) ?? program;
}

/** What is missing on this machine and how to get it; undefined where all is there. */
export function missingPrograms(): string | undefined {
  const missing = Object.entries(packages).filter(([program]) => find(program) === undefined);
  if (missing.length === 0) return undefined;
  const names = missing.map(([program]) => program).join(', ');
  const wanted = [...new Set(missing.map(([, name]) => name))].join(' ');
  return `${names} not installed; install: apt-get install ${wanted}`;
}

function find(program: string): string | undefined {
  return searchPath
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}
