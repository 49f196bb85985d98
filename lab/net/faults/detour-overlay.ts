import { macOf } from '../addresses.ts';
import type { Sandbox } from '../sandbox.ts';
import { overlay } from '../topology-scripts.ts';
import { once, type Undo } from '../undo.ts';

/**
 * What a node sends through the overlay to another one goes to a UDP port of a third machine instead, which is to pass
 * it on to the other node's VXLAN port as it is. The way between the nodes themselves stays as it is, and so does the
 * way back.
 */
export async function detourOverlay(
  sandbox: Sandbox,
  node: string,
  { to, by }: { readonly to: string; readonly by: { readonly address: string; readonly port: number } },
): Promise<Undo> {
  const leads = (where: string): Promise<string> =>
    sandbox.run(['bridge', 'fdb', 'replace', macOf(to), 'dev', overlay.device, 'dst', ...where.split(' ')], {
      netns: node,
    });
  await leads(`${by.address} port ${by.port}`);
  return once(async () => {
    await leads(to);
  });
}
