import { topology } from '../../cluster/topology.ts';
import type { Lab } from '../../lab.ts';
import { setSysctls } from '../../net/sysctls.ts';
import { once, type Undo } from '../../net/undo.ts';
import type { Random } from '../../random.ts';

const name = 'net.ipv4.tcp_syn_linear_timeouts';
const lookEveryMs = 100;

/**
 * Draws which Linux the clients have: before 6.5 lost SYNs are sent again after 1, 3, 7 s, later after 1, 2, 3, 4, 5,
 * 7 s. It is a setting of each network namespace, so pods that come later, as netcheck's own, get it when they are there.
 */
export async function drawClientKernel(
  lab: Lab,
  random: Random,
): Promise<{ readonly said: string; readonly undo: Undo }> {
  const isOld = random.happens(0.5);
  const said = `clients are of Linux ${isOld ? 'before 6.5' : '6.5 or later'}`;
  if (!isOld) return { said, undo: () => Promise.resolve() };
  const undos = new Map<string, Undo>();
  const setAll = async (): Promise<void> => {
    const present = [...topology.nodes.map((node) => node.name), ...lab.pods().map(({ netns }) => netns)];
    const fresh = present.filter((netns) => !undos.has(netns));
    await Promise.all(
      fresh.map(async (netns) => {
        // It may not be all there yet, or gone already; and older kernels have no such setting.
        const undo = await setSysctls(lab.sandbox, netns, { [name]: 0 }).catch(() => undefined);
        if (undo !== undefined) undos.set(netns, undo);
      }),
    );
  };
  let turn = setAll();
  await turn;
  const looking = setInterval(() => {
    turn = turn.then(setAll);
  }, lookEveryMs).unref();
  return {
    said,
    undo: once(async () => {
      clearInterval(looking);
      await turn;
      await Promise.all([...undos.values()].map((undo) => undo().catch(() => undefined)));
    }),
  };
}
