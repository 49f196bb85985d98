import type { Command } from 'commander';
import { loadPlaybooks, PlaybookError } from '../../platform/playbooks.ts';
import { CliError } from '../error.ts';

export function addPlaybooksCommand(program: Command): void {
  const playbooks = program.command('playbooks').description('read and check playbooks');
  playbooks
    .command('check')
    .argument('[folder]', 'the shipped playbooks unless named')
    .description('parse every playbook and print each mistake as file:line:col')
    .action(async (folder: string | undefined) => {
      try {
        const { symptoms, causes } = await loadPlaybooks(folder);
        process.stdout.write(`${symptoms.length} symptoms, ${causes.size} causes, no mistakes\n`);
      } catch (error) {
        if (error instanceof PlaybookError) throw new CliError(error.message, 1);
        throw error;
      }
    });
}
