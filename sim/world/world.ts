import { expositionAt, openMetricsHistory } from './exposition.ts';
import { awsCniSeries, awsCniTarget } from './exporters/aws-cni.ts';
import { cadvisorSeries, kubeletTarget, proberSeries } from './exporters/cadvisor.ts';
import { corednsSeries, corednsTarget } from './exporters/coredns.ts';
import { controllerSeries, ingressSeries, ingressTarget } from './exporters/ingress-nginx.ts';
import { kubeProxySeries, kubeProxyTarget } from './exporters/kube-proxy.ts';
import { formerPods, kubeStateSeries, kubeStateTarget } from './exporters/kube-state.ts';
import { nodeExporterSeries } from './exporters/node-exporter.ts';
import { targetSeries } from './exporters/targets.ts';
import { startLiveExporter } from './live-exporter.ts';
import { loadOf } from './load.ts';
import { worldManifests } from './manifests/manifests.ts';
import type { WorldPlan } from './plan.ts';
import { startPrometheus } from './prometheus.ts';
import type { Series } from './series.ts';
import { worlds, type WorldName } from './worlds.ts';

/** Of the past, when a world begins. */
const historySeconds = 3600;
const historyStepSeconds = 15;

export interface World {
  readonly name: WorldName;
  readonly prometheusUrl: string;
  /** YAML documents to apply to a cluster, in order. */
  readonly manifests: readonly string[];
  /** Ends the trouble of a service: from now on it answers, and its endpoints are there. */
  readonly heal: (service: string) => void;
  readonly close: () => Promise<void>;
}

export interface WorldOptions {
  /** For the data of Prometheus; private and removed at the end if it is not given. */
  readonly dir?: string;
  readonly prometheusPort?: number;
  readonly scrapeSeconds?: number;
}

/** A plan with its clock: what the world shows, now and for the past hour. */
export interface Model {
  readonly plan: WorldPlan;
  readonly startedAt: number;
  readonly series: readonly Series[];
  readonly heal: (service: string, t: number) => void;
}

export function modelOf(name: WorldName, startedAt: number): Model {
  const healed = new Map<string, number>();
  const plan = worlds[name]((service) => healed.get(service) ?? Infinity);
  const heal = (service: string, t: number): void => {
    if (!plan.services.some((one) => one.name === service)) {
      throw new Error(`World ${name} has no service ${service}`);
    }
    healed.set(service, Math.min(t, healed.get(service) ?? Infinity));
  };
  return { plan, startedAt, series: seriesOf(plan, startedAt), heal };
}

export async function startWorld(name: WorldName, options: WorldOptions = {}): Promise<World> {
  const startedAt = Math.floor(Date.now() / 1000);
  const now = (): number => Date.now() / 1000 - startedAt;
  const model = modelOf(name, startedAt);
  const exporter = await startLiveExporter(() => expositionAt(model.series, now()));
  try {
    const prometheus = await startPrometheus({
      ...(options.dir === undefined ? {} : { dir: options.dir }),
      ...(options.prometheusPort === undefined ? {} : { port: options.prometheusPort }),
      scrapeSeconds: options.scrapeSeconds ?? 5,
      targets: [{ job: 'world', address: exporter.address, honorLabels: true }],
      history: openMetricsHistory(model.series, {
        startedAt,
        seconds: historySeconds,
        stepSeconds: historyStepSeconds,
      }),
    });
    return {
      name,
      prometheusUrl: prometheus.url,
      manifests: worldManifests(model.plan, startedAt),
      heal: (service) => model.heal(service, now()),
      close: async () => {
        await prometheus.close();
        await exporter.close();
      },
    };
  } catch (error) {
    await exporter.close();
    throw error;
  }
}

function seriesOf(plan: WorldPlan, startedAt: number): Series[] {
  const pods = [...plan.workloads.flatMap((workload) => workload.pods), ...formerPods(plan)];
  const podsOf = (workload: string) => plan.workloads.find(({ name }) => name === workload)?.pods ?? [];
  const coredns = podsOf('coredns');
  const controllers = podsOf('ingress-nginx-controller');
  return [
    ...kubeStateSeries(plan, startedAt),
    ...plan.nodes.flatMap((node) => nodeExporterSeries(node, loadOf(node, pods))),
    ...pods.flatMap((pod) => cadvisorSeries(pod, loadOf(pod.node, pods))),
    ...pods.flatMap(proberSeries),
    ...plan.services.flatMap(ingressSeries),
    ...controllers.flatMap((controller) => controllerSeries(controller, plan.services)),
    ...coredns.flatMap((pod) => corednsSeries(pod, plan.dns)),
    ...plan.nodes.flatMap((node) => kubeProxySeries(node, startedAt)),
    ...plan.nodes.flatMap((node) =>
      awsCniSeries(node, pods.filter((pod) => pod.node.name === node.name && !pod.hostNetwork).length),
    ),
    ...[
      kubeStateTarget(plan),
      ...controllers.map(ingressTarget),
      ...coredns.map(corednsTarget),
      ...plan.nodes.flatMap((node) => [
        { job: 'node-exporter', instance: `${node.ip}:9100` },
        kubeletTarget(node, '/metrics/cadvisor'),
        kubeletTarget(node, '/metrics/probes'),
        kubeProxyTarget(node),
        awsCniTarget(node),
      ]),
    ].flatMap(targetSeries),
  ];
}
