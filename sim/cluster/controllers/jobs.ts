import { compact } from '../objects/kube-object.ts';
import { isPodFinished, isPodReady, type Pod, type Workload } from '../objects/kinds.ts';
import { timestamp } from '../state.ts';
import { isLeaving, isOwnedBy, type Cluster, type Reconcile } from './controller.ts';
import { createPod } from './pod-from-template.ts';
import { orAbsent } from './replica-sets.ts';

interface Job extends Workload {
  readonly spec: Workload['spec'] & {
    readonly parallelism?: number;
    readonly completions?: number;
    readonly backoffLimit?: number;
  };
}

/** Runs Jobs: pods until enough of them have succeeded, or too many have failed. */
export const runJobs =
  (cluster: Cluster): Reconcile =>
  () => {
    for (const job of cluster.list('jobs.batch') as readonly Job[]) {
      if (!isLeaving(job) && job.status?.['conditions'] === undefined) reconcile(cluster, job);
    }
  };

function reconcile(cluster: Cluster, job: Job): void {
  const { namespace = '', name, uid } = job.metadata;
  const pods = (cluster.list('pods', namespace) as readonly Pod[]).filter((pod) => isOwnedBy(job, pod));
  const inPhase = (phase: string) => pods.filter(({ status }) => status?.phase === phase).length;
  const active = pods.filter((pod) => !isPodFinished(pod) && !isLeaving(pod));
  const { parallelism = 1, completions = 1, backoffLimit = 6 } = job.spec;
  const [succeeded, failed] = [inPhase('Succeeded'), inPhase('Failed')];
  const over = succeeded >= completions ? 'Complete' : failed > backoffLimit ? 'Failed' : undefined;
  if (over === undefined && active.length < Math.min(parallelism, completions - succeeded)) {
    const labels = {
      'job-name': name,
      'batch.kubernetes.io/job-name': name,
      'batch.kubernetes.io/controller-uid': uid ?? '',
    };
    createPod(cluster, job, { labels });
    return;
  }
  const now = timestamp(cluster.state.now());
  cluster.replace('jobs.batch', job, {
    ...job,
    status: compact({
      startTime: job.status?.['startTime'] ?? now,
      active: orAbsent(active.length),
      ready: active.filter(isPodReady).length,
      succeeded: orAbsent(succeeded),
      failed: orAbsent(failed),
      completionTime: over === 'Complete' ? now : undefined,
      conditions:
        over === undefined
          ? undefined
          : [{ type: over, status: 'True', lastProbeTime: now, lastTransitionTime: now }],
    }),
  });
}
