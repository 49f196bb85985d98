import type { Sandbox } from '../sandbox.ts';
import { once, type Undo } from '../undo.ts';

/**
 * What leaves by a device goes out at this many kilobits a second; what waits is at most `queueBytes`, the rest is lost.
 * The device counts none of it as dropped: only its queue does.
 */
export async function limitRate(
  sandbox: Sandbox,
  netns: string,
  {
    kbit,
    queueBytes,
    device = 'eth0',
  }: { readonly kbit: number; readonly queueBytes: number; readonly device?: string },
): Promise<Undo> {
  const queue = ['dev', device, 'root'];
  // A burst of two full packets: less than one would let none through.
  const bucket = ['tbf', 'rate', `${kbit}kbit`, 'burst', '3000', 'limit', String(queueBytes)];
  await sandbox.run(['tc', 'qdisc', 'add', ...queue, ...bucket], { netns });
  return once(async () => {
    await sandbox.run(['tc', 'qdisc', 'del', ...queue], { netns });
  });
}
