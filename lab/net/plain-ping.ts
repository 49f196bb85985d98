import type { Sandbox } from './sandbox.ts';

/**
 * Inside, `ping` loses the capability that Debian installs it with: who may not have it could not even start it. It pings
 * where `net.ipv4.ping_group_range` lets anybody. Nothing happens on a machine without it.
 */
export async function plainPing(sandbox: Sandbox): Promise<void> {
  await sandbox.run(['sh', '-ec', script]);
}

const script = `
ping=$(command -v ping) || exit 0
cp "$ping" /run/ping
mount --bind /run/ping "$ping"
`;
