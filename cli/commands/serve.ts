import type { Command } from 'commander';

/** The long-running processes under the names people look for; each is its own main. */

export function addBotCommand(program: Command): void {
  program
    .command('bot')
    .description('run the Slack process (docs/configuration.md lists its environment)')
    .action(async () => {
      await import('../../bot/main.ts');
    });
}

export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('run the process that looks at one cluster')
    .action(() => startWorkerProcess('worker'));
}

export function addRemediatorCommand(program: Command): void {
  program
    .command('remediator')
    .description('run the process that carries out approved changes; the only one that may write')
    .action(() => startWorkerProcess('remediator'));
}

async function startWorkerProcess(role: string): Promise<void> {
  process.argv = [...process.argv.slice(0, 2), role];
  await import('../../workers/main.ts');
}
