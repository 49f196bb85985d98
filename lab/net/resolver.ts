/** Where a sandbox keeps what /etc/resolv.conf says in a network namespace that has a resolver of its own. */
export function resolverFile(netns: string): string {
  return `/run/resolv-${netns}.conf`;
}

/** To put before a command that runs in a mount namespace of its own, as `ip netns exec` gives it one. */
export function withOwnResolver(netns: string): readonly string[] {
  return ['sh', '-ec', '[ ! -e "$0" ] || mount --bind "$0" /etc/resolv.conf; exec "$@"', resolverFile(netns)];
}
