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
 * What a pod would violate of the Pod Security Standards, in the admission plugin's words.
 * Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurityViolations(pod: Pod, level: PodSecurityLevel): readonly string[] {
  if (level === 'privileged') return [];
  const containers = [
    ...(pod.spec.initContainers ?? []),
    ...pod.spec.containers,
    ...(pod.spec.ephemeralContainers ?? []),
  ];
  const baseline = baselineViolations(pod.spec, containers);
  return level === 'baseline' ? baseline : [...baseline, ...restrictedViolations(pod.spec, containers)];
}

function baselineViolations(spec: PodSpec, containers: readonly Container[]): readonly string[] {
  const host = [
    ...(spec.hostNetwork === true ? ['hostNetwork=true'] : []),
    ...(spec.hostPID === true ? ['hostPID=true'] : []),
    ...(spec.hostIPC === true ? ['hostIPC=true'] : []),
  ];
  const added = containers.filter(({ securityContext }) =>
    securityContext?.capabilities?.add?.some((capability) => !baselineCapabilities.has(capability)),
  );
  const privileged = containers.filter(({ securityContext }) => securityContext?.privileged === true);
  const hostPaths = (spec.volumes ?? []).filter((volume) => volume['hostPath'] !== undefined);
  return [
    ...(host.length > 0 ? [`host namespaces (${host.join(', ')})`] : []),
    ...(added.length > 0
      ? [
          `non-default capabilities (${named(added)} must not include ${capabilitiesOf(added)} in securityContext.capabilities.add)`,
        ]
      : []),
    ...(hostPaths.length > 0
      ? [`hostPath volumes (${hostPaths.map((volume) => `volume "${String(volume['name'])}"`).join(', ')})`]
      : []),
    ...(privileged.length > 0
      ? [`privileged (${named(privileged)} must not set securityContext.privileged=true)`]
      : []),
  ];
}

function restrictedViolations(spec: PodSpec, containers: readonly Container[]): readonly string[] {
  const escalating = containers.filter(
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  );
  const capable = containers.filter(({ securityContext }) => {
    const { add = [], drop = [] } = securityContext?.capabilities ?? {};
    return !drop.includes('ALL') || add.some((capability) => capability !== 'NET_BIND_SERVICE');
  });
  const rooty = containers.filter(
    ({ securityContext }) => (securityContext?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot) !== true,
  );
  const root = containers.filter(
    ({ securityContext }) => (securityContext?.runAsUser ?? spec.securityContext?.runAsUser) === 0,
  );
  const loose = containers.filter(({ securityContext }) => {
    const type = securityContext?.seccompProfile?.type ?? spec.securityContext?.seccompProfile?.type;
    return type !== 'RuntimeDefault' && type !== 'Localhost';
  });
  return [
    ...(escalating.length > 0
      ? [
          `allowPrivilegeEscalation != false (${named(escalating)} must set securityContext.allowPrivilegeEscalation=false)`,
        ]
      : []),
    ...(capable.length > 0
      ? [`unrestricted capabilities (${named(capable)} must set securityContext.capabilities.drop=["ALL"])`]
      : []),
    ...(rooty.length > 0
      ? [`runAsNonRoot != true (pod or ${named(rooty)} must set securityContext.runAsNonRoot=true)`]
      : []),
    ...(root.length > 0 ? [`runAsUser=0 (${named(root)} must not set runAsUser=0)`] : []),
    ...(loose.length > 0
      ? [
          `seccompProfile (pod or ${named(loose)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
        ]
      : []),
  ];
}

const named = (containers: readonly Container[]): string =>
  `container${containers.length === 1 ? '' : 's'} ${containers.map(({ name }) => `"${name}"`).join(', ')}`;

const capabilitiesOf = (containers: readonly Container[]): string =>
  containers
    .flatMap(({ securityContext }) => securityContext?.capabilities?.add ?? [])
    .filter((capability) => !baselineCapabilities.has(capability))
    .map((capability) => `"${capability}"`)
    .join(', ');
