import type { ClusterSim } from '../sim/cluster/start-cluster.ts';
import type { Program } from './net/start-program.ts';
import type { Sandbox } from './net/sandbox.ts';
import type { until } from './until.ts';

/** A pod that has a network: its namespace is where its processes are. */
export interface LabPod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly ip: string;
  /** Its network namespace in the sandbox. */
  readonly netns: string;
}

/** A running lab, as faults see it. */
export interface Lab {
  readonly sandbox: Sandbox;
  /** The API server's stand-in: what is changed in it changes the lab, as in a cluster. */
  readonly cluster: ClusterSim;
  /** The pods behind a Service, as in `payments.shop`, by name. */
  podsOf(service: string): readonly LabPod[];
  /** Every pod that has a network of its own. */
  pods(): readonly LabPod[];
  /** Service rules of a node as they are now are kept whatever changes, until it is undone. */
  freezeServiceRules(node: string): () => Promise<void>;
  /** Starts one of `lab/apps` in a namespace; resolves when it is ready. Ends with the lab. */
  start(
    app: string,
    netns: string,
    options?: { readonly env?: Readonly<Record<string, string>>; readonly uid?: number },
  ): Promise<Program>;
  /** Has Prometheus scrape one more target, at `ip:port`, every second. */
  scrape(target: ScrapeTarget): () => Promise<void>;
  /** The samples of an instant query, in no order. */
  query(promql: string): Promise<readonly Sample[]>;
  readonly until: typeof until;
  /** A folder of the machine that is gone with the lab. */
  readonly dir: string;
}

export interface ScrapeTarget {
  readonly job: string;
  /** `ip:port` */
  readonly address: string;
  readonly path?: string;
  /** Labels beside `job` and `instance`. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
