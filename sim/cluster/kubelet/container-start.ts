import { isSame } from '../objects/kube-object.ts';
import type { Container, ContainerState } from '../objects/kinds.ts';
import { pullError, type HasImage } from './images.ts';
import type { PodEvent } from './pod-events.ts';
import type { ContainerRefusal } from './run-containers.ts';

/** A container's next state on its way to running, and what is told of it. */
interface Step {
  readonly state: ContainerState;
  readonly events: readonly PodEvent[];
}

interface StartChecks {
  /** Whether the time that a start takes is over. */
  readonly due: boolean;
  readonly hasImage: HasImage;
  /** Why whoever plays the container will not start it. */
  readonly refusal: () => ContainerRefusal | undefined;
  /** Seconds-precise time of now. */
  readonly now: string;
}

const startErrorCode = 128;

/** How a kubelet of v1.33 with containerd goes about a container that is not running yet. */
export function nextStep(
  container: Container,
  known: ContainerState | undefined,
  { due, hasImage, refusal: ask, now }: StartChecks,
): Step {
  if (known !== undefined && known.waiting === undefined) return { state: known, events: [] };
  if (!due) return { state: { waiting: { reason: 'ContainerCreating' } }, events: [] };
  const image = container.image ?? '';
  if (!hasImage(image)) return pull(container, image, known?.waiting?.reason);
  const refusal = ask();
  const pulled = normal('Pulled', `Container image "${image}" already present on machine`);
  const created = normal('Created', `Created container: ${container.name}`);
  const events =
    refusal === undefined
      ? [pulled, created, normal('Started', `Started container ${container.name}`)]
      : [pulled, ...(refusal.reason === 'StartError' ? [created] : []), warning(`Error: ${refusal.message}`)];
  const state = refusal === undefined ? { running: { startedAt: now } } : refused(refusal, now);
  return { state, events: isSame(state, known) ? [] : events };
}

function refused({ reason, message }: ContainerRefusal, now: string): ContainerState {
  if (reason !== 'StartError') return { waiting: { reason, message } };
  const startedAt = '1970-01-01T00:00:00Z';
  return { terminated: { exitCode: startErrorCode, reason, message, startedAt, finishedAt: now } };
}

/** The first failure is ErrImagePull, and from then on the kubelet backs off. */
function pull(container: Container, image: string, before: string | undefined): Step {
  if (container.imagePullPolicy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    const state = { waiting: { reason: 'ErrImageNeverPull', message } };
    if (before === 'ErrImageNeverPull') return { state, events: [] };
    return { state, events: [warning(message, 'ErrImageNeverPull'), warning('Error: ErrImageNeverPull')] };
  }
  const why = pullError(image);
  const backOff = `Back-off pulling image "${image}"`;
  if (before !== 'ErrImagePull' && before !== 'ImagePullBackOff') {
    return {
      state: { waiting: { reason: 'ErrImagePull', message: why } },
      events: [
        normal('Pulling', `Pulling image "${image}"`),
        warning(`Failed to pull image "${image}": ${why}`),
        warning('Error: ErrImagePull'),
      ],
    };
  }
  return {
    state: { waiting: { reason: 'ImagePullBackOff', message: `${backOff}: ErrImagePull: ${why}` } },
    events: before === 'ErrImagePull' ? [normal('BackOff', backOff), warning('Error: ImagePullBackOff')] : [],
  };
}

const normal = (reason: string, message: string): PodEvent => ({ type: 'Normal', reason, message });

const warning = (message: string, reason = 'Failed'): PodEvent => ({ type: 'Warning', reason, message });
