import type { Command } from 'commander';
import { bundleName } from '../../core/bundle.ts';
import { readEnvironment, WorkerEnvironment } from '../../core/config.ts';
import { CliError } from '../error.ts';
import { fetchBundle, saveBundle } from '../bundles.ts';

const ExportEnvironment = WorkerEnvironment.pick({ REDIS_URL: true, NETCHECK_CLUSTER: true });

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .argument('<id>', 'as the report and netcheck run print it')
    .option('-o, --output <file>', 'where to write it; netcheck-<service>-<id>.json unless named')
    .description('write one investigation as a bundle that netcheck replay decides again: needs REDIS_URL')
    .action(async (id: string, { output }: { output?: string }) => {
      const environment = readEnvironment(ExportEnvironment, process.env);
      if ('problems' in environment) throw new CliError(environment.problems.join('\n'), 1);
      const { REDIS_URL, NETCHECK_CLUSTER } = environment.config;
      const bundle = await fetchBundle(REDIS_URL, NETCHECK_CLUSTER, id);
      await saveBundle(bundle, output ?? bundleName(bundle.report));
    });
}
