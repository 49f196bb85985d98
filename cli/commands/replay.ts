import type { Command } from 'commander';
import type { Bundle } from '../../core/bundle.ts';
import type { Library } from '../../core/playbook/library.ts';
import { formatProblem } from '../../core/playbook/problem.ts';
import { replay } from '../../core/replay.ts';
import { loadPlaybooks, PlaybookError } from '../../platform/playbooks.ts';
import { openBundleFile } from '../bundles.ts';
import { CliError } from '../error.ts';
import { sayDifferences } from '../say-differences.ts';
import { sayReport } from '../say.ts';

interface Flags {
  readonly playbooks?: string;
  readonly output: string;
}

export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .argument('<bundle>', 'a file of netcheck export, or from the thread in Slack')
    .option(
      '--playbooks <folder>',
      "decide by one's own playbooks and the shipped ones, not the recorded ones",
    )
    .option('-o, --output <format>', 'text or json', 'text')
    .description('decide a recorded investigation again, offline; exit status 0 the same verdicts, 1 others')
    .action(async (file: string, { playbooks, output }: Flags) => {
      if (output !== 'text' && output !== 'json')
        throw new CliError(`Unexpected output "${output}", expected text or json`, 2);
      const bundle = await openBundleFile(file);
      const replayed = replay(bundle, playbooks === undefined ? undefined : await load(playbooks));
      if ('problems' in replayed)
        throw new CliError(unreadable(file, bundle, replayed.problems.map(formatProblem)), 2);
      const { report, differences } = replayed;
      process.stdout.write(
        output === 'json'
          ? `${JSON.stringify({ schema: 'netcheck.replay/v1', report, differences })}\n`
          : `${sayReport(report, process.stdout)}\n\n${sayDifferences(differences, process.stdout)}\n`,
      );
      process.exitCode = differences.length === 0 ? 0 : 1;
    });
}

async function load(folder: string): Promise<Library> {
  try {
    return (await loadPlaybooks(folder)).library;
  } catch (error) {
    if (error instanceof PlaybookError) throw new CliError(error.message, 2);
    throw error;
  }
}

function unreadable(file: string, { netcheck }: Bundle, problems: readonly string[]): string {
  const why = `${file}: this netcheck cannot read the playbooks that netcheck ${netcheck} recorded; --playbooks names others`;
  return [why, ...problems].join('\n');
}
