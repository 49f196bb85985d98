import type { Command } from 'commander';
import { missingCasesIn } from '../../core/playbook/case-requirements.ts';
import { unreachedCauses, type Origin } from '../../core/playbook/library.ts';
import { formatProblem } from '../../core/playbook/problem.ts';
import { loadPlaybooks, PlaybookError, type Edition } from '../../platform/playbooks.ts';
import { CliError } from '../error.ts';
import { loadWithStandIns } from '../left-out.ts';
import { explainPlaybook } from '../playbooks/explain.ts';
import { newCause } from '../playbooks/new.ts';
import type { TestFlags } from '../playbooks/run-tests.ts';

export function addPlaybooksCommand(program: Command): void {
  const playbooks = program.command('playbooks').description('read and check playbooks');
  playbooks
    .command('check')
    .argument('[folder]', "one's own playbooks, on top of the shipped ones; NETCHECK_PLAYBOOKS unless named")
    .description('load the playbooks as the processes do, and print each mistake as file:line:col')
    .action(async (folder: string | undefined) => {
      const edition = await load(ownFolder(folder), 'all');
      const missing = missingCasesIn(edition.library);
      if (missing.length > 0) throw new CliError(missing.map(formatProblem).join('\n'), 1);
      process.stdout.write(sayEdition(edition));
    });
  playbooks
    .command('test')
    .argument('[path]', 'a folder of playbooks or the file of one cause; the shipped ones unless named')
    .option('--only <cause>', 'only the cause of this id')
    .description('run every case of every cause: real queries, look-ups and rules on what the case states')
    .action(async (path: string | undefined, flags: TestFlags) => {
      const { runPlaybookTests } = await loadWithStandIns(
        () => import('../playbooks/run-tests.ts'),
        'This installation comes without what playbooks are tested with. Test them in the repository.',
      );
      await runPlaybookTests(path, flags);
    });
  playbooks
    .command('new')
    .argument('<id>', 'of a cause, as in kube-proxy-stale')
    .option('--folder <folder>', "one's own playbooks; NETCHECK_PLAYBOOKS or ./playbooks unless named")
    .description('write a cause to begin with, which passes its test as it stands')
    .action(async (id: string, { folder }: { folder?: string }) => {
      process.stdout.write(await newCause(id, ownFolder(folder) ?? 'playbooks'));
    });
  playbooks
    .command('explain')
    .argument('<id>', 'a cause or a symptom')
    .option('--folder <folder>', "one's own playbooks; NETCHECK_PLAYBOOKS unless named")
    .description('say what a cause or a symptom would look at, what that costs, and how it is decided')
    .action(async (id: string, { folder }: { folder?: string }) => {
      const { library } = await load(ownFolder(folder), 'own');
      process.stdout.write(`${explainPlaybook(id, library, process.stdout)}\n`);
    });
}

/** An empty variable counts as not set. */
function ownFolder(named: string | undefined): string | undefined {
  const own = named ?? process.env['NETCHECK_PLAYBOOKS'];
  return own === '' ? undefined : own;
}

async function load(folder: string | undefined, casesOf: 'own' | 'all'): Promise<Edition> {
  try {
    return await loadPlaybooks(folder, { casesOf });
  } catch (error) {
    if (error instanceof PlaybookError) throw new CliError(error.message, 1, { cause: error });
    throw error;
  }
}

const sayOrigin: Readonly<Record<Exclude<Origin, 'shipped'>, string>> = {
  added: 'is added',
  overriding: 'takes the place of the shipped one',
};

function sayEdition({ library, origins }: Edition): string {
  const own = [...origins].flatMap(([name, origin]) =>
    origin === 'shipped' ? [] : [`${name} ${sayOrigin[origin]}`],
  );
  const unreached = unreachedCauses(library).map(
    ({ id }) => `causes/${id}.md is in no symptom: nobody looks at it`,
  );
  const { symptoms, causes } = library;
  const sum = `${symptoms.length} symptoms, ${causes.size} causes, no mistakes`;
  return `${[...own, ...unreached, sum].join('\n')}\n`;
}
