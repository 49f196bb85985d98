import { Command, CommanderError } from 'commander';
import { CliError, Interrupted } from './error.ts';

/** In the order of the help. */
const commands = {
  run: async () => (await import('./commands/run.ts')).addRunCommand,
  export: async () => (await import('./commands/export.ts')).addExportCommand,
  audit: async () => (await import('./commands/audit.ts')).addAuditCommand,
  stats: async () => (await import('./commands/stats.ts')).addStatsCommand,
  replay: async () => (await import('./commands/replay.ts')).addReplayCommand,
  probe: async () => (await import('./commands/probe.ts')).addProbeCommand,
  demo: async () => (await import('./commands/demo.ts')).addDemoCommand,
  lab: async () => (await import('./commands/lab.ts')).addLabCommand,
  playbooks: async () => (await import('./commands/playbooks.ts')).addPlaybooksCommand,
  bot: async () => (await import('./commands/serve.ts')).addBotCommand,
  worker: async () => (await import('./commands/serve.ts')).addWorkerCommand,
  remediator: async () => (await import('./commands/serve.ts')).addRemediatorCommand,
} satisfies Record<string, () => Promise<(program: Command) => void>>;

/** The one that is called alone: others take a second to load, which is there only for the help. */
function commandsFor(called: string | undefined): readonly (typeof commands)[keyof typeof commands][] {
  const found = Object.entries(commands).filter(([name]) => name === called);
  return (found.length > 0 ? found : Object.entries(commands)).map(([, load]) => load);
}

const program = new Command('netcheck')
  .description('Triages Kubernetes network incidents by elimination: evidence, not guesses.')
  .showHelpAfterError('(netcheck help shows how)')
  .exitOverride();

for (const load of commandsFor(process.argv[2])) (await load())(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof CliError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
    if (error instanceof Interrupted) process.exit();
  } else {
    throw error;
  }
}
