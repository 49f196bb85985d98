import type { Sandbox } from '../sandbox.ts';
import { fabric } from '../topology.ts';
import { once, type Undo } from '../undo.ts';

/** Where the cable of a machine is led out of the switch: as datagrams of VXLAN, each way to a UDP port of its own. */
export interface Detour {
  /** The network namespace that is to take the datagrams, and its address. */
  readonly netns: string;
  readonly address: string;
  /** What the switch sends to the machine goes to `down`, what the machine sends to the switch to `up`. */
  readonly down: number;
  readonly up: number;
  /** Where the datagrams are to go on to, both ways: then they come out at the other end. */
  readonly back: { readonly address: string; readonly port: number };
}

const link = { here: '192.0.2.1', there: '192.0.2.2' };
const port = 4790;
const numbers = { machine: 1001, switch: 1002 };

/**
 * Whatever a machine sends and receives, of every protocol, makes a detour; nothing of it arrives until somebody there
 * passes it on. One machine at a time.
 */
export async function lengthenCable(
  sandbox: Sandbox,
  machine: string,
): Promise<{ readonly detour: Detour; readonly undo: Undo }> {
  const shown = await sandbox.run(['ip', '-o', 'link', 'show', `v-${machine}`], { netns: fabric });
  const [, bridge] = /\bmaster (\S+)/.exec(shown) ?? [];
  if (bridge === undefined) throw new Error(`Unexpected cable of ${machine}, expected one in a switch`);
  const detour = {
    netns: 'detour',
    address: link.there,
    down: 9101,
    up: 9102,
    back: { address: link.here, port },
  };
  await sandbox.run(['sh', '-e'], { input: plugDetour });
  await sandbox.run(['sh', '-e'], { netns: fabric, input: splice(machine, bridge, detour) });
  return {
    detour,
    undo: once(async () => {
      await sandbox.run(['sh', '-e'], { netns: fabric, input: unsplice(machine, bridge) });
      await sandbox.run(['ip', 'netns', 'del', detour.netns]);
    }),
  };
}

/** The kernel takes datagrams to an address of its own for a mistake, so they go to another namespace and come back. */
const plugDetour = `
ip netns add detour
ip link add v-detour netns ${fabric} type veth peer name eth0 netns detour
ip -n detour link set lo up
ip -n detour link set eth0 mtu 9000 up
ip -n detour addr add ${link.there}/30 dev eth0
ip -n ${fabric} link set v-detour mtu 9000 up
ip -n ${fabric} addr add ${link.here}/30 dev v-detour
`;

/** Two VXLAN devices, one beside the machine and one beside the switch; each hears what the other says, by way of the detour. */
function splice(machine: string, bridge: string, { address, down, up }: Detour): string {
  const device = (name: string, number: number): string =>
    `ip link add ${name} type vxlan id ${number} local ${link.here} dstport ${port} nolearning\n`;
  const leads = (name: string, to: number, at: number): string =>
    `bridge fdb append 00:00:00:00:00:00 dev ${name} dst ${address} port ${at} vni ${to}\n`;
  return [
    device('near-machine', numbers.machine),
    device('near-switch', numbers.switch),
    leads('near-machine', numbers.switch, up),
    leads('near-switch', numbers.machine, down),
    'ip link add br-detour type bridge\n',
    'ip link set br-detour up\n',
    'ip link set near-machine mtu 1500 master br-detour up\n',
    `ip link set near-switch mtu 1500 master ${bridge} up\n`,
    `ip link set v-${machine} master br-detour\n`,
  ].join('');
}

function unsplice(machine: string, bridge: string): string {
  return `
ip link set v-${machine} master ${bridge}
ip link del br-detour
ip link del near-machine
ip link del near-switch
ip link del v-detour
`;
}
