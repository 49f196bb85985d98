import type { Sandbox } from './sandbox.ts';
import { masqueradeRule } from './topology-scripts.ts';
import { fabric, type Topology } from './topology.ts';
import { once, type Undo } from './undo.ts';

/** Nodes translate nothing any more: pods keep their addresses on the way out, and the router knows the way back. */
export async function leaveSnatToOthers(sandbox: Sandbox, { nodes }: Topology): Promise<Undo> {
  const route = (verb: 'add' | 'del'): Promise<string> => {
    const input = nodes.map(({ podCidr, ip }) => `route ${verb} ${podCidr} via ${ip}\n`).join('');
    return sandbox.run(['ip', '-batch', '-'], { netns: fabric, input });
  };
  const onNodes = (command: string): Promise<readonly string[]> =>
    Promise.all(
      nodes.map(({ name }) => sandbox.run(['nft', '-f', '-'], { netns: name, input: `${command}\n` })),
    );
  await route('add');
  await onNodes('flush chain ip flannel postrouting');
  return once(async () => {
    await onNodes(`add rule ip flannel postrouting ${masqueradeRule(nodes)}`);
    await route('del');
  });
}
