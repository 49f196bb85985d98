import type { Command } from 'commander';
import { readEnvironment, WorkerEnvironment } from '../../core/config.ts';
import type { Library } from '../../core/playbook/library.ts';
import { parseCommand, type Request } from '../../core/request.ts';
import { createLogger, type Logger } from '../../platform/logger.ts';
import { openPlaybooks, type PlaybookSource } from '../../platform/playbook-source.ts';
import { PlaybookError } from '../../platform/playbooks.ts';
import { fetchBundle, saveBundle } from '../bundles.ts';
import { CliError } from '../error.ts';
import { runInvestigation } from '../investigation.ts';
import { liveProgress } from '../progress-line.ts';
import { clusterOfRun } from '../redis.ts';
import { sayAnswer, sayReport, saySteps } from '../say.ts';

const grammar = '<service>[.<namespace>] [to <host>[:port]] [since 30m] [<symptom>]';

interface Flags {
  readonly output: string;
  readonly explain?: boolean;
  readonly record?: string;
}

export function addRunCommand(program: Command): void {
  program
    .command('run')
    .argument('<words...>', grammar)
    .option('-o, --output <format>', 'text or json', 'text')
    .option('--explain', 'also say what was looked at in which order, and why (text only: json always does)')
    .option('--record <file>', 'also write a bundle, to decide it again with netcheck replay')
    .description('triage a Service from here: needs PROMETHEUS_URL, REDIS_URL and a kubeconfig')
    .action((words: string[], flags: Flags) => run(words.join(' '), flags));
}

async function run(text: string, { output, explain = false, record }: Flags): Promise<void> {
  if (output !== 'text' && output !== 'json')
    throw new CliError(`Unexpected output "${output}", expected text or json`, 2);
  const environment = readEnvironment(WorkerEnvironment, process.env);
  if ('problems' in environment) throw new CliError(environment.problems.join('\n'), 1);
  const { config } = environment;
  const logger = createLogger('netcheck', config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL);
  const playbooks = await open(config.NETCHECK_PLAYBOOKS, logger);
  const request = parse(text, playbooks.current().library);

  const progress = output === 'text' ? liveProgress(process.stderr) : undefined;
  const investigation = await runInvestigation({ config, playbooks, request, logger }, (seen) =>
    progress?.show(seen),
  );
  progress?.clear();
  playbooks.close();

  if (investigation.progress.phase !== 'ended') throw new CliError(sayAnswer(investigation), 1);
  const { report } = investigation.progress;
  const said = [sayReport(report, process.stdout), ...(explain ? [saySteps(report, process.stdout)] : [])];
  process.stdout.write(`${output === 'json' ? JSON.stringify(report) : said.join('\n\n')}\n`);
  if (record !== undefined)
    await saveBundle(await fetchBundle(config.REDIS_URL, clusterOfRun(report.id), report.id), record);
}

async function open(folder: string | undefined, logger: Logger): Promise<PlaybookSource> {
  try {
    return await openPlaybooks(folder, logger);
  } catch (error) {
    if (error instanceof PlaybookError) throw new CliError(error.message, 1);
    throw error;
  }
}

function parse(text: string, { symptoms }: Library): Request {
  const command = parseCommand(
    text,
    symptoms.map(({ id }) => id),
  );
  if (command.kind === 'triage') return command.request;
  if (command.kind !== 'problem') throw new CliError(`netcheck run ${grammar}`, 2);
  const start = Math.max(0, command.column - 60);
  const caret = `${' '.repeat(command.column - 1 - start)}^`;
  throw new CliError(`${text.slice(start, start + 100)}\n${caret}\n${command.message}`, 2);
}
