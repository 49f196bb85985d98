import type { RemediationParams } from '../../core/remediation/kinds.ts';
import { without, type Edited } from './edit.ts';
import type { RemediationWork } from './remediation.ts';
import {
  editsWorkload,
  nameOf,
  restartOf,
  withContainers,
  type Container,
  type Workload,
} from './workload.ts';

export const cpuLimit: RemediationWork<'cpu-limit'> = editsWorkload<RemediationParams<'cpu-limit'>>(edit);

function edit(
  workload: Workload,
  params: { readonly container: string; readonly limit: string },
): Edited<Workload> {
  const found = workload.spec.template.spec.containers.find(({ name }) => name === params.container);
  if (found === undefined) return { impossible: `${nameOf(workload)} has no container ${params.container}` };
  const wanted = params.limit === 'none' ? undefined : milliCpu(params.limit);
  const { limits, requests } = found.resources ?? {};
  const [limit, request] = [limits?.['cpu'], requests?.['cpu']];
  const where = `container ${found.name} of ${nameOf(workload)}`;
  if ((limit === undefined ? undefined : milliCpu(limit)) === wanted)
    return {
      done: `${where} has ${limit === undefined ? 'no CPU limit' : `the CPU limit ${limit}`} already`,
    };
  if (wanted !== undefined && request !== undefined && milliCpu(request) > wanted)
    return { impossible: `${where} requests ${request} of CPU: a limit of ${params.limit} is below that` };
  return {
    to: withContainers(workload, [found.name], (one) => withLimit(one, wanted)),
    effects: [restartOf(workload), ...meaningOf(where, wanted, request)],
  };
}

function withLimit(container: Container, milli: number | undefined): Container {
  const others = without(container.resources?.limits ?? {}, 'cpu');
  const limits = milli === undefined ? others : { ...others, cpu: quantity(milli) };
  const resources = without(container.resources ?? {}, 'limits');
  // The API server drops an empty map.
  return { ...container, resources: Object.keys(limits).length === 0 ? resources : { ...resources, limits } };
}

function meaningOf(where: string, milli: number | undefined, request: string | undefined): readonly string[] {
  if (milli === undefined) return [`${where} may take all CPU of its node that nobody else has requested`];
  return [
    `${where} waits for the next 100 ms whenever it has used ${milli / 10} ms of CPU in this one`,
    ...(request === undefined
      ? [`its request becomes ${quantity(milli)} as well, which needs room on a node`]
      : []),
  ];
}

/** `0.5` and `500m` are 500; Kubernetes also has nano (`n`), micro (`u`) and kilo (`k`). */
function milliCpu(text: string): number {
  const [, number = '', unit = ''] = /^([\d.]+)([numk]?)$/.exec(text) ?? [];
  const factor = { n: 1e-6, u: 1e-3, m: 1, '': 1000, k: 1e6 }[unit] ?? Number.NaN;
  return Math.round(Number(number) * factor * 1e6) / 1e6;
}

/** As the API server writes it. */
function quantity(milli: number): string {
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}
