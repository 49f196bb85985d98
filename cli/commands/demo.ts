import type { Command } from 'commander';

export function addDemoCommand(program: Command): void {
  program.command('demo').description('a whole netcheck without Slack, cluster or configuration');
}
