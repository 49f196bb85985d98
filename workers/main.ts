import { readEnvironment, WorkerEnvironment } from '../core/config.ts';
import { CannotListen } from '../platform/http-server.ts';
import { createLogger } from '../platform/logger.ts';
import { openPlaybooks } from '../platform/playbook-source.ts';
import { PlaybookError } from '../platform/playbooks.ts';
import { onShutdown } from '../platform/shutdown.ts';
import { KubeConfigError } from './adapters/kubernetes.ts';
import { startRemediator, startWorker } from './start.ts';

/** `node workers/main.ts [remediator]`: the process that looks, or (with the right to write) the one that mends. */
const role = process.argv[2] === 'remediator' ? 'remediator' : 'worker';

const environment = readEnvironment(WorkerEnvironment, process.env);
if ('problems' in environment) {
  process.stderr.write(`${environment.problems.join('\n')}\n`);
  process.exit(1);
}
const { config } = environment;
const logger = createLogger(`netcheck-${role}`, config.LOG_LEVEL);
try {
  const playbooks = await openPlaybooks(config.NETCHECK_PLAYBOOKS, logger);
  const running = await (role === 'worker' ? startWorker : startRemediator)(config, playbooks, logger);
  onShutdown(logger, async () => {
    playbooks.close();
    await running.close();
  });
} catch (error) {
  const isExplained =
    error instanceof PlaybookError || error instanceof KubeConfigError || error instanceof CannotListen;
  if (!isExplained) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
