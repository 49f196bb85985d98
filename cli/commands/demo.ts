import type { Command } from 'commander';
import type { DemoFlags } from '../demo.ts';
import { CliError } from '../error.ts';

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
      const { runDemo } = await import('../demo.ts').catch((error: unknown) => {
        if (!isLeftOut(error)) throw error;
        throw new CliError('This installation comes without the demo. In the repository: npm run demo', 1);
      });
      await runDemo(flags);
    });
}

/** An image for production carries neither the stand-ins nor their packages. */
function isLeftOut(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}
