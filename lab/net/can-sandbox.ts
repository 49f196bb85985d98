import { spawnSync } from 'node:child_process';
import { sandboxed, rootless } from './holder.ts';
import { missingPrograms, searchPath } from './programs.ts';

/** One of everything that topologies and faults ask of the kernel. */
const rehearse = `
ip link add bridge0 type bridge
if [ ! -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then
  echo 'br_netfilter is not loaded; load it: modprobe br_netfilter' >&2
  exit 1
fi
ip netns add other
ip link add veth0 type veth peer name veth1 netns other
ip link add vxlan0 type vxlan id 1 dev lo dstport 8472
tc qdisc add dev lo root tbf rate 1mbit burst 3000 limit 3000
nft -f - <<'RULES'
table ip nat {
  chain postrouting { type nat hook postrouting priority srcnat; masquerade fully-random; }
  chain output { type nat hook output priority -100; meta skuid 0 accept; tcp dport 80 redirect to :4140; }
}
table inet filter {
  chain forward {
    type filter hook forward priority filter
    ct state invalid drop
    numgen random mod 100 < 1 drop
    tcp dport 80 reject with tcp reset
  }
}
RULES
`;

/** Why this machine cannot make sandboxes, in a sentence for whoever could change that; undefined where it can. */
export function canSandbox(): string | undefined {
  if (process.platform !== 'linux') return `network namespaces are Linux's, and this is ${process.platform}`;
  const missing = missingPrograms();
  if (missing !== undefined) return missing;
  const [command, ...args] = sandboxed(rehearse);
  const env = { ...process.env, PATH: searchPath };
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', env, timeout: 20_000 });
  if (status === 0) return undefined;
  const who = rootless ? 'without root, by a user namespace' : 'as root';
  return `network namespaces do not work here (tried ${who}): ${error?.message ?? stderr.trim()}`;
}
