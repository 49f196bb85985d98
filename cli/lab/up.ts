import { faults } from '../../lab/faults/index.ts';
import { CliError } from '../error.ts';
import { untilInterrupted } from '../interrupt.ts';
import { wholeNumber } from './faults.ts';
import { openLab } from './open.ts';

/** Stays up until Ctrl-C. */
export async function labUp({ port }: { readonly port: string }): Promise<void> {
  const interrupted = untilInterrupted();
  process.stderr.write('Building a cluster of network namespaces, and a netcheck in it…\n');
  const lab = await openLab({ port: wholeNumber('--port', port, 0, 65_535) });
  process.stdout.write(`Open ${lab.slack.url}: ${faults.length} faults\n`);
  await interrupted;
  await lab.close();
  if (faults.length === 0) throw new CliError('Nothing to break', 1);
}
