import { resolverFile } from './resolver.ts';
import type { Sandbox } from './sandbox.ts';
import { sysctlScript } from './sysctls.ts';
import { plugScript, podScript } from './topology-scripts.ts';
import type { PodSpec } from './topology.ts';

/** Gives a pod a network on its node, in a topology that is built: a namespace of its name, or nothing if that fails. */
export async function plugPod(sandbox: Sandbox, pod: PodSpec): Promise<void> {
  const { name, node, resolvConf, sysctls = {} } = pod;
  const resolver =
    resolvConf === undefined ? '' : `cat > ${resolverFile(name)} <<'END'\n${resolvConf}\nEND\n`;
  const script = [
    resolver,
    `ip netns add ${name}\ntrap '[ "$?" = 0 ] || ip netns del ${name}' EXIT\n`,
    `ip link add v-${name} netns ${node} type veth peer name eth0 netns ${name}\n`,
    within(name, podScript(pod) + sysctlScript(sysctls)),
    within(node, plugScript(pod)),
  ];
  await sandbox.run(['sh', '-e'], { input: script.join('') });
}

/** Takes it away. What still runs in it has no network any more. */
export async function unplugPod(sandbox: Sandbox, { name, node }: PodSpec): Promise<void> {
  await sandbox.run(['sh', '-e'], { input: `ip -n ${node} link del v-${name}\nip netns del ${name}\n` });
}

function within(netns: string, script: string): string {
  return `ip netns exec ${netns} sh -e <<'SCRIPT'\n${script}SCRIPT\n`;
}
