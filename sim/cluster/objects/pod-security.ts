import type { Container, Pod, PodSpec } from './kinds.ts';

export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

const baselineCapabilities = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/**
 * What a pod would violate of the Pod Security Standards, in the admission plugin's words and order (the restricted checks
 * of capabilities, volumes and seccomp stand in for the baseline ones).
 * Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurityViolations(pod: Pod, level: PodSecurityLevel): readonly string[] {
  if (level === 'privileged') return [];
  const containers = [
    ...(pod.spec.initContainers ?? []),
    ...pod.spec.containers,
    ...(pod.spec.ephemeralContainers ?? []),
  ];
  const common = hostViolations(pod.spec, containers);
  const found =
    level === 'restricted'
      ? [...common.namespaces, ...common.ports, ...common.privileged, ...restricted(pod.spec, containers)]
      : [
          ...addedCapabilities(containers),
          ...common.namespaces,
          ...hostPaths(pod.spec),
          ...common.ports,
          ...common.privileged,
          ...unconfined(pod.spec, containers),
        ];
  return found.map(({ what, why }) => `${what} (${why})`);
}

interface Violation {
  readonly what: string;
  readonly why: string;
}

const violation = (holds: boolean, what: string, why: () => string): readonly Violation[] =>
  holds ? [{ what, why: why() }] : [];

function hostViolations(spec: PodSpec, containers: readonly Container[]) {
  const fields = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field] === true);
  const privileged = containers.filter(({ securityContext }) => securityContext?.privileged === true);
  const withPorts = containers.filter(({ ports = [] }) => ports.some(usesHostPort));
  const hostPorts = new Set(
    withPorts.flatMap(({ ports = [] }) => ports.filter(usesHostPort).map(({ hostPort }) => String(hostPort))),
  );
  return {
    namespaces: violation(fields.length > 0, 'host namespaces', () =>
      fields.map((field) => `${field}=true`).join(', '),
    ),
    ports: violation(withPorts.length > 0, 'hostPort', () => {
      const verb = withPorts.length === 1 ? 'uses' : 'use';
      return `${named(withPorts)} ${verb} hostPort${hostPorts.size === 1 ? '' : 's'} ${[...hostPorts].join(', ')}`;
    }),
    privileged: violation(
      privileged.length > 0,
      'privileged',
      () => `${named(privileged)} must not set securityContext.privileged=true`,
    ),
  };
}

const usesHostPort = ({ hostPort = 0 }: { readonly hostPort?: number }): boolean => hostPort !== 0;

function addedCapabilities(containers: readonly Container[]): readonly Violation[] {
  const isOurs = (capability: string) => !baselineCapabilities.has(capability);
  const added = containers.filter((one) => capabilitiesOf(one).some(isOurs));
  return violation(
    added.length > 0,
    'non-default capabilities',
    () => `${named(added)} must not include ${included(added, isOurs)} in securityContext.capabilities.add`,
  );
}

function hostPaths({ volumes = [] }: PodSpec): readonly Violation[] {
  const paths = volumes.filter((volume) => volume['hostPath'] !== undefined);
  return violation(paths.length > 0, 'hostPath volumes', () => volumesNamed(paths));
}

function unconfined(spec: PodSpec, containers: readonly Container[]): readonly Violation[] {
  const bare = containers.filter((one) => one.securityContext?.seccompProfile?.type === 'Unconfined');
  const setters = [
    ...(spec.securityContext?.seccompProfile?.type === 'Unconfined' ? ['pod'] : []),
    ...(bare.length > 0 ? [named(bare)] : []),
  ];
  return violation(
    setters.length > 0,
    'seccompProfile',
    () => `${setters.join(' and ')} must not set securityContext.seccompProfile.type to "Unconfined"`,
  );
}

function restricted(spec: PodSpec, containers: readonly Container[]): readonly Violation[] {
  const escalating = containers.filter((one) => one.securityContext?.allowPrivilegeEscalation !== false);
  const roots = containers.filter((one) => one.securityContext?.runAsUser === 0);
  const rootSetters = [
    ...(spec.securityContext?.runAsUser === 0 ? ['pod'] : []),
    ...(roots.length > 0 ? [named(roots)] : []),
  ];
  const loose = containers.filter(({ securityContext }) => {
    const type = securityContext?.seccompProfile?.type ?? spec.securityContext?.seccompProfile?.type;
    return type !== 'RuntimeDefault' && type !== 'Localhost';
  });
  return [
    ...violation(
      escalating.length > 0,
      'allowPrivilegeEscalation != false',
      () => `${named(escalating)} must set securityContext.allowPrivilegeEscalation=false`,
    ),
    ...unrestrictedCapabilities(containers),
    ...restrictedVolumes(spec),
    ...maybeRoot(spec, containers),
    ...violation(
      rootSetters.length > 0,
      'runAsUser=0',
      () => `${rootSetters.join(' and ')} must not set runAsUser=0`,
    ),
    ...violation(
      loose.length > 0,
      'seccompProfile',
      () =>
        `pod or ${named(loose)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
    ),
  ];
}

function unrestrictedCapabilities(containers: readonly Container[]): readonly Violation[] {
  const keeping = containers.filter(
    ({ securityContext }) => !(securityContext?.capabilities?.drop ?? []).includes('ALL'),
  );
  const isOurs = (capability: string) => capability !== 'NET_BIND_SERVICE';
  const adding = containers.filter((one) => capabilitiesOf(one).some(isOurs));
  const why = [
    ...(keeping.length > 0 ? [`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0
      ? [`${named(adding)} must not include ${included(adding, isOurs)} in securityContext.capabilities.add`]
      : []),
  ];
  return violation(why.length > 0, 'unrestricted capabilities', () => why.join('; '));
}

const restrictedTypes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

function restrictedVolumes({ volumes = [] }: PodSpec): readonly Violation[] {
  const typeOf = (volume: Readonly<Record<string, unknown>>) =>
    Object.keys(volume).find((field) => field !== 'name') ?? 'emptyDir';
  const bad = volumes.filter((volume) => !restrictedTypes.has(typeOf(volume)));
  const types = [...new Set(bad.map(typeOf))].sort();
  return violation(bad.length > 0, 'restricted volume types', () => {
    const verb = bad.length === 1 ? 'uses' : 'use';
    return `${volumesNamed(bad)} ${verb} restricted volume type${types.length === 1 ? '' : 's'} ${quoted(types)}`;
  });
}

function maybeRoot(spec: PodSpec, containers: readonly Container[]): readonly Violation[] {
  const ofPod = spec.securityContext?.runAsNonRoot;
  const denying = containers.filter((one) => one.securityContext?.runAsNonRoot === false);
  const silent = containers.filter((one) => one.securityContext?.runAsNonRoot === undefined);
  const setters = [...(ofPod === false ? ['pod'] : []), ...(denying.length > 0 ? [named(denying)] : [])];
  if (setters.length > 0) {
    const why = `${setters.join(' and ')} must not set securityContext.runAsNonRoot=false`;
    return [{ what: 'runAsNonRoot != true', why }];
  }
  return violation(
    ofPod !== true && silent.length > 0,
    'runAsNonRoot != true',
    () => `pod or ${named(silent)} must set securityContext.runAsNonRoot=true`,
  );
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

const named = (containers: readonly Container[]): string =>
  `container${containers.length === 1 ? '' : 's'} ${quoted(containers.map(({ name }) => name))}`;

const volumesNamed = (volumes: readonly Readonly<Record<string, unknown>>[]): string =>
  `volume${volumes.length === 1 ? '' : 's'} ${quoted(volumes.map((volume) => String(volume['name'])))}`;

const capabilitiesOf = ({ securityContext }: Container): readonly string[] =>
  securityContext?.capabilities?.add ?? [];

/** The added capabilities that are not allowed, each once, in alphabetical order. */
const included = (containers: readonly Container[], isOurs: (capability: string) => boolean): string =>
  quoted([...new Set(containers.flatMap(capabilitiesOf).filter(isOurs))].sort());
