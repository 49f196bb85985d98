import { styleText } from 'node:util';
import type { Command } from 'commander';
import { Records } from '../../bot/records.ts';
import { readTeam, type Team } from '../../bot/team.ts';
import { readEnvironment, WorkerEnvironment } from '../../core/config.ts';
import { parseDuration, sayDuration } from '../../core/duration.ts';
import { formatValue } from '../../core/format.ts';
import { retentionSeconds } from '../../core/jobs.ts';
import { sayStatistics } from '../../core/say-statistics.ts';
import { Documents } from '../../platform/documents.ts';
import { connectRedis } from '../../platform/redis.ts';
import { CliError } from '../error.ts';
import { findRedis } from '../redis.ts';
import { harmless, indent, widthOf, wrap } from '../terminal.ts';

const StatsEnvironment = WorkerEnvironment.pick({ REDIS_URL: true, NETCHECK_CLUSTER: true });

interface Flags {
  readonly cluster?: string;
  readonly since: string;
  readonly output: string;
}

export function addStatsCommand(program: Command): void {
  program
    .command('stats')
    .option('--cluster <name>', 'whose investigations; NETCHECK_CLUSTER unless named')
    .option('--since <time>', 'only those asked for since then, as 24h; they are kept for 7 days', '7d')
    .option('-o, --output <format>', 'text or json', 'text')
    .description('count what came of the investigations, and what could not be looked at: needs REDIS_URL')
    .action(stats);
}

async function stats({ cluster: named, since, output }: Flags): Promise<void> {
  if (output !== 'text' && output !== 'json')
    throw new CliError(`Unexpected output "${output}", expected text or json`, 2);
  const seconds = parseDuration(since);
  if (seconds === undefined)
    throw new CliError(`Unexpected time "${since}", expected one such as 30m, 24h or 7d`, 2);
  const env = named === undefined ? process.env : { ...process.env, NETCHECK_CLUSTER: named };
  const environment = readEnvironment(StatsEnvironment, env);
  if ('problems' in environment) throw new CliError(environment.problems.join('\n'), 2);
  const { REDIS_URL: url, NETCHECK_CLUSTER: cluster } = environment.config;
  await findRedis(url);
  const redis = connectRedis(url);
  try {
    const records = new Records(new Documents(redis, retentionSeconds), cluster, () => Promise.resolve());
    const team = await readTeam(records, Date.now() - seconds * 1000);
    const said =
      output === 'json'
        ? JSON.stringify({ schema: 'netcheck.stats/v1', cluster, seconds, ...team })
        : sayTeam(team, cluster, seconds);
    process.stdout.write(`${said}\n`);
  } finally {
    redis.disconnect();
  }
}

function sayTeam(team: Team, cluster: string, seconds: number): string {
  const width = widthOf(process.stdout);
  const cut = team.isCut ? ', the latest of more' : '';
  const head = `Cluster ${cluster}, last ${sayDuration(seconds)}: ${team.investigations} investigations${cut}`;
  if (team.investigations === 0) return head;
  const sections = sayStatistics(team, (ms) => formatValue(ms / 1000, 'seconds')).map(({ title, lines }) =>
    [
      ...(title === '' ? [] : ['', styleText('bold', title)]),
      ...lines.map((one) => indent(wrap(harmless(one), width - 2))),
    ].join('\n'),
  );
  return [styleText('bold', head), ...sections].join('\n');
}
