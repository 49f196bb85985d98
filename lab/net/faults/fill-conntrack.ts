import type { Sandbox } from '../sandbox.ts';
import { once, type Undo } from '../undo.ts';

/** Whose connections they are: nobody has this address. */
const holder = '198.18.0.1';
/** Connections to one address, each from another port. */
const perAddress = 50_000;
const idleSeconds = 3600;

/**
 * Fills a network namespace's connection table with connections that stand and are silent, as a pod leaves them that
 * opens many and closes none: the kernel keeps those and drops whatever is new. The limit is the machine's and stays as
 * it is: each namespace is held against it with its own count. Takes `conntrack` and some 3 s for 262,144.
 */
export async function fillConntrack(sandbox: Sandbox, netns: string): Promise<Undo> {
  const limit = Number(await sandbox.run(['cat', '/proc/sys/net/netfilter/nf_conntrack_max'], { netns }));
  const lines = Array.from({ length: limit }, (_, index) => entry(index));
  // It ends with an error as soon as the table is full, which is what is wanted.
  const input = `${lines.join('\n')}\n`;
  const load = ['sh', '-c', 'cat | conntrack -R /dev/stdin'];
  await sandbox.run(load, { netns, input }).catch((error: unknown) => {
    if (!(error instanceof Error && error.message.includes('not enough memory'))) throw error;
  });
  return once(async () => {
    await sandbox.run(['sh', '-c', `conntrack -D -s ${holder} > /dev/null`], { netns });
  });
}

function entry(index: number): string {
  const server = `198.19.${Math.floor(index / perAddress)}.1`;
  const port = 10_000 + (index % perAddress);
  const ends = `-s ${holder} -d ${server} --sport ${port} --dport 443`;
  return `-I -p tcp ${ends} --state ESTABLISHED -u ASSURED,SEEN_REPLY -t ${idleSeconds}`;
}
