import { pathOf } from './programs.ts';

/**
 * What every sandbox begins with: it learns which process it is to the machine outside, and covers what is the machine's.
 * Some systems keep /etc/resolv.conf in /run; it goes on to exist, for other files to be mounted over it.
 */
const setUp = `set -e
read -r pid rest < /proc/self/stat
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir /run/netns
[ ! -d /etc/netns ] || mount -t tmpfs tmpfs /etc/netns
resolver=$(readlink -m /etc/resolv.conf)
case "$resolver" in /run/*) mkdir -p "\${resolver%/*}"; : > "$resolver" ;; esac
ip link set lo up
`;

/**
 * The first process waits for the end of its standard input: for its owner to let go of it, or to die, however that
 * comes. With it, the kernel ends every other process of the namespace. Orphans it ignores, so that none stays a zombie.
 */
const hold = `echo "$pid"
exec env --ignore-signal=CHLD cat > /dev/null
`;

/** True where this process may not make namespaces but by a user namespace of its own. */
export const rootless = process.getuid?.() !== 0;

/** A shell script as the first process of new namespaces; the command's end is the end of all that is in them. */
export function sandboxed(script: string): readonly [string, ...string[]] {
  const user = rootless ? ['--user', '--map-root-user'] : [];
  const kinds = ['--net', '--mount', '--pid', '--fork', '--kill-child'];
  return [pathOf('unshare'), ...user, ...kinds, 'sh', '-c', setUp + script];
}

/** Prints the first process's number, as the machine outside counts, and holds the sandbox open. */
export function holderCommand(): readonly [string, ...string[]] {
  return sandboxed(hold);
}
