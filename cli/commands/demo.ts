import type { Command } from 'commander';
import type { DemoFlags } from '../demo.ts';
import { loadWithStandIns } from '../left-out.ts';

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('a whole netcheck on this machine: no Slack, cluster or configuration needed')
    .option('--list', 'name the scenarios')
    .option('--play <scenario>', 'play one without a browser and print its report')
    .option('-o, --output <format>', 'text or json, for --play', 'text')
    .option('--world <name>', 'which cluster to show', 'production')
    .option('--port <port>', "the page's port", '4000')
    .action(async (flags: DemoFlags) => {
      const { runDemo } = await loadWithStandIns(
        () => import('../demo.ts'),
        'This installation comes without the demo. In the repository: npm run demo',
      );
      await runDemo(flags);
    });
}
