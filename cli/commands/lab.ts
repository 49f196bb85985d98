import type { Command } from 'commander';
import type { LabBenchFlags } from '../lab/bench.ts';
import type { LabRunFlags } from '../lab/run.ts';
import { loadWithStandIns } from '../left-out.ts';

const otherwise = 'This installation comes without the lab. It is in the repository of netcheck.';

export function addLabCommand(program: Command): void {
  const lab = program
    .command('lab')
    .description(
      'a cluster of network namespaces on this machine, broken for real, and a whole netcheck to find out why',
    );
  lab
    .command('list')
    .description('name what can be broken')
    .action(async () => {
      const { listFaults } = await loadWithStandIns(() => import('../lab/list.ts'), otherwise);
      listFaults();
    });
  lab
    .command('run')
    .argument('<fault>', 'what to break; netcheck lab list names them')
    .option('--seed <number>', 'chooses how badly, and whom it hits', '1')
    .option('--size <number>', 'how badly, in the unit that lab list names, rather than as the seed draws it')
    .option('--also <fault...>', 'break this as well, at the same time')
    .option('--fix', 'approve the first change that netcheck proposes, and see whether it helps')
    .option('-o, --output <format>', 'text or json', 'text')
    .description('break something, ask netcheck, and tell whether it is right (exit 0 only then)')
    .action(async (fault: string, flags: LabRunFlags) => {
      const { runLab } = await loadWithStandIns(() => import('../lab/run.ts'), otherwise);
      await runLab(fault, flags);
    });
  lab
    .command('up')
    .option('--port <port>', "the page's port", '4000')
    .description('stay up, for a person to play with: break things and ask netcheck in the page')
    .action(async (flags: { readonly port: string }) => {
      const { labUp } = await loadWithStandIns(() => import('../lab/up.ts'), otherwise);
      await labUp(flags);
    });
  lab
    .command('bench')
    .option('--runs <number>', 'of each fault, each with another seed', '20')
    .option('--only <fault...>', 'these faults alone; a+b breaks both at once')
    .option('--from <seed>', 'the first seed', '1')
    .option('-o, --output <format>', 'text or json', 'text')
    .description('run every fault again and again: how often is netcheck right, and how fast')
    .action(async (flags: LabBenchFlags) => {
      const { benchLab } = await loadWithStandIns(() => import('../lab/bench.ts'), otherwise);
      await benchLab(flags);
    });
}
