import type { Container, ContainerStatus, Pod } from '../objects/kinds.ts';
import type { LogLine } from '../pod-logs.ts';
import type { ClusterState } from '../state.ts';
import { badRequest, invalid } from './api-error.ts';
import { getObject } from './read.ts';
import { isTrue, text, type ApiRequest, type Reply, type ResourceTarget } from './request.ts';
import type { Resource } from './resources.ts';

interface LogOptions {
  readonly tail: number | undefined;
  readonly since: Date | undefined;
  readonly timestamps: boolean;
  readonly limitBytes: number | undefined;
}

/** `GET pods/<name>/log`: plain text of one container, current or previous, once or followed. */
export function readLog(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  target: ResourceTarget,
): Reply {
  const { query } = request;
  const pod = getObject(state, resource, target) as Pod;
  const options = parseLogOptions(query, state.now(), target.name);
  const container = chooseContainer(pod, query.get('container') ?? '');
  const status = statusOf(pod, container);
  const ref = { namespace: target.namespace, pod: target.name, container };
  if (isTrue(query.get('previous'))) {
    const previous = state.logs.read(ref, 'previous');
    if (previous === undefined && status?.lastState?.terminated === undefined) {
      throw badRequest(`previous terminated container "${container}" in pod "${target.name}" not found`);
    }
    return text(200, render(previous ?? [], options, state.now()));
  }
  // Nobody to ask: an empty answer, not a refusal.
  if ((pod.spec.nodeName ?? '') === '') return text(204, '');
  const lines = state.logs.read(ref);
  if (
    lines === undefined &&
    status?.state?.running === undefined &&
    status?.state?.terminated === undefined
  ) {
    throw badRequest(whyNoLog(target.name, container, status));
  }
  const shown = render(lines ?? [], options, state.now());
  if (!isTrue(query.get('follow'))) return text(200, shown);
  return follow(state, resource, target, ref, shown, options);
}

function follow(
  state: ClusterState,
  resource: Resource,
  target: ResourceTarget,
  ref: { readonly namespace: string; readonly pod: string; readonly container: string },
  shown: string,
  options: LogOptions,
): Reply {
  return {
    kind: 'stream',
    contentType: 'text/plain',
    start(sink) {
      if (shown !== '') sink.write(shown);
      const isOver = (): boolean => {
        const pod = state.store.get('pods', target.namespace, target.name);
        return pod === undefined || statusOf(pod as Pod, ref.container)?.state?.terminated !== undefined;
      };
      const stops: (() => void)[] = [];
      const stop = () => {
        for (const one of stops.splice(0)) one();
      };
      const endIfOver = () => {
        if (!isOver()) return;
        stop();
        sink.end();
      };
      stops.push(
        state.logs.follow(ref, (added) =>
          sink.write(render(added, { ...options, tail: undefined }, state.now())),
        ),
        state.store.subscribe((event) => {
          if (event.resource === 'pods' && event.after.metadata.name === target.name) endIfOver();
        }),
      );
      endIfOver();
      return stop;
    },
  };
}

function chooseContainer(pod: Pod, asked: string): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  const all: readonly Container[] = [...containers, ...initContainers, ...ephemeralContainers];
  const { name } = pod.metadata;
  if (asked === '') {
    const [only, ...others] = containers;
    if (only !== undefined && others.length === 0) return only.name;
    const choices = containers.map((one) => one.name).join(' ');
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${choices}]`);
  }
  if (all.some((one) => one.name === asked)) return asked;
  throw badRequest(`container ${asked} is not valid for pod ${name}`);
}

/** The kubelet's words (`validateContainerLogStatus`). */
function whyNoLog(pod: string, container: string, status: ContainerStatus | undefined): string {
  const subject = `container "${container}" in pod "${pod}"`;
  const reason = status?.state?.waiting?.reason;
  switch (reason) {
    case undefined:
      return status === undefined
        ? `${subject} is not available`
        : `${subject} is waiting to start - no logs yet`;
    case 'ErrImagePull':
      return `${subject} is waiting to start: image can't be pulled`;
    case 'ImagePullBackOff':
      return `${subject} is waiting to start: trying and failing to pull image`;
    default:
      return `${subject} is waiting to start: ${reason}`;
  }
}

const statusOf = ({ status }: Pod, container: string): ContainerStatus | undefined =>
  [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ].find(({ name }) => name === container);

function parseLogOptions(query: URLSearchParams, now: Date, pod: string): LogOptions {
  const number = (field: string, least: number): number | undefined => {
    const asked = query.get(field);
    if (asked === null || asked === '') return undefined;
    const value = Number(asked);
    if (!Number.isInteger(value)) throw badRequest(`strconv.ParseInt: parsing "${asked}": invalid syntax`);
    if (value >= least) return value;
    const message = `Invalid value: ${asked}: must be greater than or equal to ${String(least)}`;
    throw invalid('', 'PodLogOptions', pod, [{ reason: 'FieldValueInvalid', message, field }]);
  };
  const sinceSeconds = number('sinceSeconds', 1);
  const sinceTime = query.get('sinceTime') ?? '';
  if (sinceSeconds !== undefined && sinceTime !== '') {
    throw invalid('', 'PodLogOptions', pod, [
      {
        reason: 'FieldValueForbidden',
        message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
      },
    ]);
  }
  const since =
    sinceSeconds === undefined ? new Date(sinceTime) : new Date(now.getTime() - sinceSeconds * 1000);
  return {
    tail: number('tailLines', 0),
    limitBytes: number('limitBytes', 1),
    since: Number.isNaN(since.getTime()) ? undefined : since,
    timestamps: isTrue(query.get('timestamps')),
  };
}

function render(
  lines: readonly LogLine[],
  { tail, since, timestamps, limitBytes }: LogOptions,
  now: Date,
): string {
  const recent = lines.filter(({ at }) => since === undefined || at === undefined || at >= since);
  const last = tail === undefined ? recent : tail === 0 ? [] : recent.slice(-tail);
  const shown = last
    .map(({ at, text: line }) => `${timestamps ? `${(at ?? now).toISOString()} ` : ''}${line}\n`)
    .join('');
  return limitBytes === undefined ? shown : Buffer.from(shown).subarray(0, limitBytes).toString();
}
