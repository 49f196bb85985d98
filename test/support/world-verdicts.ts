import type { Evidence, EvidenceRequest, LookupFacts, Observation } from '../../core/evidence.ts';
import { unavailable } from '../../core/evidence.ts';
import { planFor } from '../../core/plan.ts';
import { buildReport, type Report } from '../../core/report.ts';
import type { Target } from '../../core/target.ts';
import type { PodPlan, ServicePlan, WorkloadPlan, WorldPlan } from '../../sim/world/plan.ts';
import { existsAt, isReadyAt } from '../../sim/world/pods.ts';
import { createMetricsReader } from '../../workers/adapters/prometheus.ts';
import { collectPromql } from '../../workers/collectors/promql.ts';
import { CannotLook } from '../../workers/ports.ts';
import { shippedLibrary } from './playbooks.ts';

const library = shippedLibrary();
const defaultWindowSeconds = 30 * 60;

/** Decides every shipped cause for one service of a world, by its Prometheus and by what its plan says of the cluster. */
export async function judgeService(
  prometheusUrl: string,
  world: WorldPlan,
  service: ServicePlan,
  { symptom, windowSeconds = defaultWindowSeconds }: { symptom?: string; windowSeconds?: number } = {},
): Promise<Report> {
  const to = Math.floor(Date.now() / 1000);
  const target = targetOf(world, service);
  const planned = planFor(library, symptom, {
    target,
    window: { from: to - windowSeconds, to },
  });
  const evidence = new Map<string, Evidence>();
  await Promise.all(
    planned.requests.map(async (request) => {
      const observation = await look(prometheusUrl, world, service, request);
      evidence.set(request.id, { request, observation, tookMs: 0 });
    }),
  );
  return buildReport(
    { id: 'test', target, symptom, plan: planned, startedAt: to * 1000 },
    evidence,
    to * 1000,
  );
}

async function look(
  prometheusUrl: string,
  world: WorldPlan,
  service: ServicePlan,
  request: EvidenceRequest,
): Promise<Observation> {
  if (request.source === 'cluster') return lookUp(request.lookup, world, service);
  if (request.source === 'probe') return unavailable('not-enabled', 'there is no network in this world');
  try {
    return await collectPromql(
      request,
      createMetricsReader({ url: prometheusUrl }),
      AbortSignal.timeout(20_000),
    );
  } catch (error) {
    if (error instanceof CannotLook) throw new Error(`${request.id}: ${error.why.detail}`, { cause: error });
    throw error;
  }
}

function targetOf(world: WorldPlan, service: ServicePlan): Target {
  const pods = podsOf(world, service);
  const workload = workloadOf(world, service);
  return {
    namespace: service.namespace,
    service: service.name,
    type: 'ClusterIP',
    ...(workload !== undefined && { workload: `${workload.kind}/${workload.name}` }),
    pods: pods.map((pod) => ({ name: pod.name, ip: pod.ip, node: pod.node.name, ready: isReadyAt(pod, 0) })),
    nodes: [...new Set(pods.map(({ node }) => node.name))],
    gaps: [],
  };
}

function workloadOf(world: WorldPlan, { namespace, selector }: ServicePlan): WorkloadPlan | undefined {
  return world.workloads.find(
    (one) =>
      one.namespace === namespace &&
      Object.entries(selector).every(([label, value]) => one.labels[label] === value),
  );
}

function podsOf(world: WorldPlan, service: ServicePlan): readonly PodPlan[] {
  return workloadOf(world, service)?.pods.filter((pod) => existsAt(pod, 0)) ?? [];
}

function lookUp(lookup: string, world: WorldPlan, service: ServicePlan): Observation {
  const pods = podsOf(world, service);
  const ready = pods.filter((pod) => isReadyAt(pod, 0));
  const observed = (facts: LookupFacts): Observation => ({ status: 'observed', samples: 1, facts });
  switch (lookup) {
    case 'endpoints': {
      const known = service.endpoints(0).filter((pod) => isReadyAt(pod, 0));
      return observed({
        ready: known.length,
        not_ready: service.endpoints(0).length - known.length,
        selected_pods: pods.length,
        selector: Object.entries(service.selector)
          .map((pair) => pair.join('='))
          .join(','),
        suggested_selector: '',
        suggested_pods: 0,
        headless_selector: false,
        scaled_to_zero: false,
        external_traffic_policy: '',
        internal_traffic_policy: 'Cluster',
      });
    }
    case 'far_service':
      return observed({
        ready: service.endpoints(0).filter((pod) => isReadyAt(pod, 0)).length,
        internal_traffic_policy: 'Cluster',
        ingress: [],
        ingress_admitting: [],
        ingress_unclear: [],
      });
    case 'target_port': {
      const declared = [...new Set(ready.flatMap(({ container }) => container.port ?? []))];
      return observed({
        port: 80,
        target_port: String(service.targetPort),
        declared: declared.map(String),
        ready_pods: ready.length,
        declaring_pods: ready.filter(({ container }) => container.port === service.targetPort).length,
        named: false,
        suggested_port: declared.length === 1 ? String(declared[0]) : '',
      });
    }
    case 'workload':
      if (pods.length === 0) return unavailable('not-found', `${service.name} has no pods`);
      return observed({
        pods: pods.length,
        containers: pods.length,
        cpu_limited: pods.filter(({ container }) => container.cpuLimit !== undefined).length,
        pods_with_pre_stop: pods.filter(({ container }) => container.preStop === true).length,
        host_network_pods: pods.filter(({ hostNetwork }) => hostNetwork).length,
        meshed_pods: 0,
        oldest_pod_seconds: Math.max(...pods.map(({ life }) => -life.created)),
        youngest_pod_seconds: Math.min(...pods.map(({ life }) => -life.created)),
        serving: [
          ...new Set(pods.flatMap(({ container: { name, port } }) => (port === undefined ? [] : name))),
        ],
      });
    case 'network_policies':
      return observed({ ingress: [], egress: [], egress_admitting: [], egress_unclear: [], count: 0 });
    // Nothing of kube-system is in the world.
    case 'coredns':
    case 'daemonset_env':
      return unavailable('not-found', `there is nothing that ${lookup} asks about`);
    default:
      throw new Error(`The world does not answer the look-up ${lookup}`);
  }
}
