import { nearest } from '../core/text.ts';
import { play } from '../sim/demo/play.ts';
import { startDemo } from '../sim/demo/start-demo.ts';
import { scenarios, type Scenario } from '../sim/world/scenarios.ts';
import { worldNames, type WorldName } from '../sim/world/worlds.ts';
import { CliError, Interrupted } from './error.ts';
import { untilInterrupted } from './interrupt.ts';
import { sayReport } from './say.ts';

export interface DemoFlags {
  readonly list?: boolean;
  readonly play?: string;
  readonly output: string;
  readonly world: string;
  readonly port: string;
}

/** Names the scenarios, plays one, or stays up for a browser. */
export async function runDemo(flags: DemoFlags): Promise<void> {
  if (flags.list === true) list();
  else if (flags.play !== undefined) await playOne(find(flags.play), flags.output);
  else await stayUp(worldOf(flags.world), portOf(flags.port));
}

function list(): void {
  const width = Math.max(...scenarios.map(({ id }) => id.length));
  for (const { id, title } of scenarios) process.stdout.write(`${id.padEnd(width)}  ${title}\n`);
}

function find(wanted: string): Scenario {
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
  const interrupted = untilInterrupted();
  const demo = await startDemo({ world: scenario.world });
  try {
    const played = await Promise.race([play(demo, scenario.command), interrupted]);
    if (played === 'interrupted') throw new Interrupted();
    const { report, thread } = played;
    const text =
      output === 'json' ? JSON.stringify({ ...report, thread }) : sayReport(report, process.stdout);
    process.stdout.write(`${text}\n`);
  } finally {
    await demo.close();
  }
}

async function stayUp(world: WorldName, port: number): Promise<void> {
  process.stderr.write(
    'Starting Redis, Prometheus, a small Slack, a small cluster, the bot and the workers…\n',
  );
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
