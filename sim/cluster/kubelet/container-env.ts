import type { Container, Pod } from '../objects/kinds.ts';
import { StartFailure } from './local-image.ts';

type Environment = Readonly<Record<string, string>>;

/** A container's environment: what its spec says, PATH and the host's name; nothing of the stand-in's own. */
export function environmentOf(pod: Pod, container: Container): Environment {
  const hostname = pod.spec.hostNetwork === true ? pod.spec.nodeName : pod.metadata.name;
  const environment: Record<string, string> = { PATH: process.env['PATH'] ?? '', HOSTNAME: hostname ?? '' };
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom === undefined) environment[name] = expand(value ?? '', environment);
    else environment[name] = fieldOf(pod, valueFrom.fieldRef?.fieldPath, name);
  }
  return environment;
}

/** The downward API, for the fields that a pod can ask of itself. */
function fieldOf(pod: Pod, path: string | undefined, name: string): string {
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'spec.nodeName': pod.spec.nodeName,
    'spec.serviceAccountName': pod.spec.serviceAccountName,
    'status.podIP': pod.status?.podIP,
    'status.hostIP': pod.status?.hostIP,
  };
  if (path !== undefined && path in fields) return fields[path] ?? '';
  const why = `the stand-in has no value for the environment variable ${name}`;
  throw new StartFailure('CreateContainerConfigError', why);
}

/** `$(NAME)` is replaced where NAME is known, and `$$` is a dollar, as in a pod's `command`, `args` and `env`. */
export const expand = (text: string, environment: Environment): string =>
  text.replace(/\$\$|\$\(([^()]+)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (environment[name] ?? whole),
  );
