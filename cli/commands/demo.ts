import type { Command } from 'commander';
import type { Scenario } from '../../sim/world/scenarios.ts';
import { worldNames, type WorldName } from '../../sim/world/worlds.ts';
import { nearest } from '../../core/text.ts';
import { CliError } from '../error.ts';
import { untilInterrupted } from '../interrupt.ts';
import { sayReport } from '../say.ts';

interface DemoFlags {
  readonly list?: boolean;
  readonly play?: string;
  readonly output: string;
  readonly world: string;
  readonly port: string;
}

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('a whole netcheck on this machine: no Slack, cluster or configuration needed')
    .option('--list', 'name the scenarios')
    .option('--play <scenario>', 'play one without a browser and print its report')
    .option('-o, --output <format>', 'text or json, for --play', 'text')
    .option('--world <name>', `which cluster to show: ${worldNames.join(', ')}`, 'production')
    .option('--port <port>', "the page's port", '4000')
    .action(async (flags: DemoFlags) => {
      const { scenarios } = await import('../../sim/world/scenarios.ts');
      if (flags.list === true) list(scenarios);
      else if (flags.play !== undefined) await playOne(find(scenarios, flags.play), flags.output);
      else await stayUp(scenarios, worldOf(flags.world), portOf(flags.port));
    });
}

function list(scenarios: readonly Scenario[]): void {
  const width = Math.max(...scenarios.map(({ id }) => id.length));
  for (const { id, title } of scenarios) process.stdout.write(`${id.padEnd(width)}  ${title}\n`);
}

function find(scenarios: readonly Scenario[], wanted: string): Scenario {
  const byService = scenarios.filter(({ service }) => service === wanted);
  const found =
    scenarios.find(({ id }) => id === wanted) ?? (byService.length === 1 ? byService[0] : undefined);
  if (found !== undefined) return found;
  const near = nearest(
    wanted,
    scenarios.map(({ id }) => id),
  );
  const hint = near.length > 0 ? `. Did you mean ${near.join(' or ')}?` : '; netcheck demo --list names them';
  throw new CliError(`There is no scenario ${wanted}${hint}`, 2);
}

function worldOf(name: string): WorldName {
  const world = worldNames.find((one) => one === name);
  if (world === undefined)
    throw new CliError(`Unexpected world ${name}, expected ${worldNames.join(', ')}`, 2);
  return world;
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new CliError(`Unexpected port ${text}, expected 0 to 65535`, 2);
}

async function playOne(scenario: Scenario, output: string): Promise<void> {
  if (output !== 'text' && output !== 'json')
    throw new CliError(`Unexpected output ${output}, expected text or json`, 2);
  const { startDemo } = await import('../../sim/demo/start-demo.ts');
  const { play } = await import('../../sim/demo/play.ts');
  const interrupted = untilInterrupted();
  const demo = await startDemo({ world: scenario.world });
  try {
    const played = await Promise.race([play(demo, scenario.command), interrupted]);
    if (played === 'interrupted') throw new CliError('Interrupted.', 1);
    const { report, thread } = played;
    const text =
      output === 'json' ? JSON.stringify({ ...report, thread }) : sayReport(report, process.stdout);
    process.stdout.write(`${text}\n`);
  } finally {
    await demo.close();
  }
}

async function stayUp(scenarios: readonly Scenario[], world: WorldName, port: number): Promise<void> {
  process.stderr.write(
    'Starting Redis, Prometheus, a small Slack, a small cluster, the bot and the workers…\n',
  );
  const { startDemo } = await import('../../sim/demo/start-demo.ts');
  const interrupted = untilInterrupted();
  const demo = await startDemo({ world, port }).catch((error: unknown) => {
    if (!isPortTaken(error)) throw error;
    throw new CliError(
      `Port ${port} is taken. Choose another: netcheck demo --port 0 takes any free one.`,
      1,
    );
  });
  const here = scenarios.filter((one) => one.world === world);
  const rest = here.slice(3).map(({ service }) => service);
  process.stdout.write(
    [
      '',
      `Open ${demo.slack.url} and type in #ops:`,
      '',
      ...here.slice(0, 3).map(({ command, title }) => `  ${command.padEnd(22)} ${title}`),
      '',
      ...(rest.length > 0 ? [`More to triage: ${rest.join(', ')}. /netcheck help tells the rest.`] : []),
      'Ctrl-C ends everything.',
      '',
    ].join('\n'),
  );
  await interrupted;
  process.stderr.write('Ending…\n');
  await demo.close();
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
