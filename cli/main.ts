import { Command, CommanderError } from 'commander';
import { addAuditCommand } from './commands/audit.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addExportCommand } from './commands/export.ts';
import { addLabCommand } from './commands/lab.ts';
import { addPlaybooksCommand } from './commands/playbooks.ts';
import { addProbeCommand } from './commands/probe.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addRunCommand } from './commands/run.ts';
import { addServeCommands } from './commands/serve.ts';
import { CliError } from './error.ts';

const program = new Command('netcheck')
  .description('Triages Kubernetes network incidents by elimination: evidence, not guesses.')
  .showHelpAfterError('(netcheck help shows how)')
  .exitOverride();

addRunCommand(program);
addExportCommand(program);
addAuditCommand(program);
addReplayCommand(program);
addProbeCommand(program);
addDemoCommand(program);
addLabCommand(program);
addPlaybooksCommand(program);
addServeCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof CliError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  } else {
    throw error;
  }
}
