import type { Container, Pod } from '../objects/kinds.ts';
import { commandOf } from './container-command.ts';
import { StartFailure, type LocalImage } from './local-image.ts';
import type { PodRunner } from './run-containers.ts';
import { runProcess } from './run-process.ts';

interface Place {
  readonly hostNetwork: boolean;
  /** The node's name. */
  readonly node: string;
}

interface LocalProcessOptions {
  /** By the name that pods give them. */
  readonly images: Readonly<Record<string, LocalImage>>;
  /**
   * A command before the container's own that leads into its network, say `['ip', 'netns', 'exec', 'p11']` (root only);
   * none: the machine's network.
   */
  readonly enter?: (pod: Pod, container: Container, place: Place) => readonly string[];
}

/** Plays containers of known images as processes of this machine, as the user and with the rights that the pod gives them. */
export function localProcesses({ images, enter = () => [] }: LocalProcessOptions): PodRunner {
  const commandFor = (pod: Pod, container: Container) => {
    const image = images[container.image ?? ''];
    if (image === undefined) throw new Error(`no image ${container.image ?? ''}`);
    const { hostNetwork = false, nodeName: node = '' } = pod.spec;
    return commandOf(pod, container, image, enter(pod, container, { hostNetwork, node }));
  };
  return {
    accepts: (_pod, { image = '' }) => Object.hasOwn(images, image),
    refuses(pod, container) {
      try {
        commandFor(pod, container);
        return undefined;
      } catch (error) {
        if (!(error instanceof StartFailure)) throw error;
        return { reason: error.reason, message: error.message };
      }
    },
    run: (container) => runProcess(commandFor(container.pod, container.container), container),
  };
}
