import type { Command } from 'commander';
import { bundleName } from '../../core/bundle.ts';
import { readEnvironment, WorkerEnvironment } from '../../core/config.ts';
import { isInvestigationId } from '../../core/request.ts';
import { CliError } from '../error.ts';
import { fetchBundle, saveBundle } from '../bundles.ts';
import type { Told } from '../post-incident.ts';

const ExportEnvironment = WorkerEnvironment.pick({ REDIS_URL: true, NETCHECK_CLUSTER: true });

interface Flags {
  readonly format: string;
  readonly output?: string;
}

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .argument('<id>', 'as the report and netcheck run print it; for markdown also the file of a bundle')
    .option(
      '-f, --format <format>',
      'bundle, or markdown: what happened, was found and was done, for people',
      'bundle',
    )
    .option(
      '-o, --output <file>',
      'where to write it; unless named a bundle goes to netcheck-<service>-<id>.json, markdown to standard output. Charts of markdown are written beside its file',
    )
    .description(
      'write one investigation as a bundle that netcheck replay decides again, or as markdown: needs REDIS_URL',
    )
    .action(exportInvestigation);
}

async function exportInvestigation(id: string, { format, output }: Flags): Promise<void> {
  if (format !== 'bundle' && format !== 'markdown')
    throw new CliError(`Unexpected format "${format}", expected bundle or markdown`, 2);
  if (format === 'markdown') return exportMarkdown(id, output);
  const { redisUrl, cluster } = settings();
  const bundle = await fetchBundle(redisUrl, cluster, id);
  await saveBundle(bundle, output ?? bundleName(bundle.report));
}

async function exportMarkdown(idOrFile: string, output: string | undefined): Promise<void> {
  // What draws takes its time to load.
  const { incidentFromFile, incidentFromRedis, sayPostIncident, savePostIncident } =
    await import('../post-incident.ts');
  const fromRedis = (): Promise<Told> => {
    const { redisUrl, cluster } = settings();
    return incidentFromRedis(redisUrl, cluster, idOrFile);
  };
  const told = await (isInvestigationId(idOrFile) ? fromRedis() : incidentFromFile(idOrFile));
  if (output === undefined) process.stdout.write(sayPostIncident(told));
  else await savePostIncident(told, output);
}

function settings(): { readonly redisUrl: string; readonly cluster: string } {
  const environment = readEnvironment(ExportEnvironment, process.env);
  if ('problems' in environment) throw new CliError(environment.problems.join('\n'), 1);
  const { REDIS_URL: redisUrl, NETCHECK_CLUSTER: cluster } = environment.config;
  return { redisUrl, cluster };
}
