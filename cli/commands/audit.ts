import { styleText } from 'node:util';
import type { Command } from 'commander';
import { canonical, sayEntry } from '../../core/audit.ts';
import { readEnvironment, WorkerEnvironment } from '../../core/config.ts';
import { parseDuration } from '../../core/duration.ts';
import {
  AuditLog,
  parseHead,
  sayHead,
  UnreadableEntry,
  type Head,
  type Recorded,
  type Verification,
  type Wanted,
} from '../../platform/audit-log.ts';
import { createLogger } from '../../platform/logger.ts';
import { connectRedis } from '../../platform/redis.ts';
import { CliError } from '../error.ts';
import { findRedis } from '../redis.ts';
import { harmless, indent, widthOf, wrap } from '../terminal.ts';

const AuditEnvironment = WorkerEnvironment.pick({ REDIS_URL: true, NETCHECK_CLUSTER: true });

interface Flags {
  readonly cluster?: string;
  readonly since?: string;
  readonly proposal?: string;
  readonly verify?: boolean;
  readonly head?: string;
  readonly output: string;
}

export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .option('--cluster <name>', 'whose record; NETCHECK_CLUSTER unless named')
    .option('--since <time>', 'only what happened since then, as 24h')
    .option('--proposal <id>', 'only what happened to this one, with its diffs')
    .option('--verify', 'check that nothing was changed, taken away or put in another order')
    .option('--head <number:hash>', 'check against an entry that was noted down earlier, too')
    .option('-o, --output <format>', 'text or json', 'text')
    .description(
      'say what was done to a cluster and by whom; exit status 1 where that record was tampered with',
    )
    .action(audit);
}

async function audit(flags: Flags): Promise<void> {
  if (flags.output !== 'text' && flags.output !== 'json')
    throw new CliError(`Unexpected output "${flags.output}", expected text or json`, 2);
  const kept = flags.head === undefined ? undefined : headOf(flags.head);
  const isCheck = flags.verify === true || kept !== undefined;
  if (isCheck && (flags.since ?? flags.proposal) !== undefined)
    throw new CliError('The record is checked as a whole: leave out --since and --proposal', 2);
  const wanted = wantedOf(flags);
  const { url, cluster } = settingsOf(flags);
  // An exit status of 1 is for a record that was tampered with.
  await findRedis(url).catch((error: unknown) => {
    throw error instanceof CliError ? new CliError(error.message, 2, { cause: error }) : error;
  });
  const redis = connectRedis(url);
  try {
    const log = new AuditLog(redis, cluster, createLogger('netcheck', 'silent'));
    if (isCheck) check(await log.verify(kept), flags);
    else if (flags.output === 'json') await exportEntries(log, wanted);
    else await listEntries(log, wanted, cluster);
  } catch (error) {
    if (error instanceof UnreadableEntry) throw new CliError(`${error.message}: ${unreadable}`, 1);
    throw error;
  } finally {
    redis.disconnect();
  }
}

const unreadable =
  'a newer netcheck wrote it, or somebody else. netcheck audit --verify says whether it was changed.';

function headOf(text: string): Head {
  const head = parseHead(text);
  if (head === undefined)
    throw new CliError(
      `Unexpected head "${text}", expected what --verify prints: a number, a colon and a hash`,
      2,
    );
  return head;
}

function wantedOf({ since, proposal }: Flags): Wanted {
  const seconds = since === undefined ? undefined : parseDuration(since);
  if (since !== undefined && seconds === undefined)
    throw new CliError(`Unexpected time "${since}", expected one such as 30m, 24h or 7d`, 2);
  return {
    ...(seconds !== undefined && { from: Date.now() - seconds * 1000 }),
    ...(proposal !== undefined && { proposal }),
  };
}

function settingsOf({ cluster }: Flags): { readonly url: string; readonly cluster: string } {
  const env = cluster === undefined ? process.env : { ...process.env, NETCHECK_CLUSTER: cluster };
  const environment = readEnvironment(AuditEnvironment, env);
  if ('problems' in environment) throw new CliError(environment.problems.join('\n'), 2);
  return { url: environment.config.REDIS_URL, cluster: environment.config.NETCHECK_CLUSTER };
}

function check(found: Verification, { output }: Flags): void {
  const schema = 'netcheck.audit-check/v1';
  process.stdout.write(
    output === 'json'
      ? `${JSON.stringify({ schema, ...found, ...(found.ok && { head: sayHead(found.head) }) })}\n`
      : `${wrap(sayCheck(found), widthOf(process.stdout))}\n`,
  );
  process.exitCode = found.ok ? 0 : 1;
}

function sayCheck(found: Verification): string {
  if (!found.ok) return `${styleText('red', 'Tampered with')}: entry ${found.seq}: ${found.why}`;
  if (found.entries === 0) return 'No entries.';
  return [
    `${found.entries} entries, each as it was written and in its place.`,
    'To prove that later, also of the newest, note down elsewhere, and give to --head:',
    sayHead(found.head),
  ].join('\n');
}

/** One line of JSON for each. The text of `entry` is the one that its hash is made of. */
async function exportEntries(log: AuditLog, wanted: Wanted): Promise<void> {
  for await (const { seq, prev, hash, entry } of log.read(wanted)) {
    const line = {
      schema: 'netcheck.audit/v1',
      seq,
      prev,
      hash,
      entry: JSON.parse(canonical(entry)) as unknown,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

async function listEntries(log: AuditLog, wanted: Wanted, cluster: string): Promise<void> {
  let day = '';
  for await (const recorded of log.read(wanted)) {
    const its = new Date(recorded.entry.at).toISOString().slice(0, 10);
    if (its !== day) process.stdout.write(`${day === '' ? '' : '\n'}${styleText('bold', its)} UTC\n`);
    day = its;
    process.stdout.write(`${sayRecorded(recorded, wanted)}\n`);
  }
  if (day === '') process.stdout.write(`Nothing of that kind is on record for cluster ${cluster}.\n`);
}

/** Columns for the number of an entry and the blank after it. */
const margin = 6;

/** An entry with its number; with all of it where one proposal is asked for, otherwise with the proposal's id. */
function sayRecorded({ seq, entry }: Recorded, { proposal }: Wanted): string {
  const id = proposal === undefined ? ` ${styleText('dim', harmless(entry.proposal))}` : '';
  const said = wrap(`${harmless(sayEntry(entry))}${id}`, widthOf(process.stdout) - margin);
  // A diff is not wrapped: its blanks matter.
  const diff = proposal === undefined ? '' : (entry.diff ?? '').trimEnd();
  const lines = [said, ...(diff === '' ? [] : diff.split('\n').map((line) => `  ${harmless(line)}`))];
  return `${styleText('dim', String(seq).padStart(margin - 1))} ${indent(lines.join('\n'), margin)}`;
}
