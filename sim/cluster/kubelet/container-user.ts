import type { Container, Pod, SecurityContext } from '../objects/kinds.ts';
import { StartFailure } from './local-image.ts';

interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
}

/** The container's settings over the pod's. */
export const securityOf = (pod: Pod, container: Container): SecurityContext => ({
  ...pod.spec.securityContext,
  ...container.securityContext,
});

/** Who a container runs as: what the pod says, else the image's `USER`; refused as the kubelet's `verifyRunAsNonRoot` does. */
export function userOf(pod: Pod, container: Container, imageUser: string): ContainerUser {
  const { runAsUser, runAsGroup, runAsNonRoot } = securityOf(pod, container);
  const [name = '', group = '0'] = imageUser.split(':');
  const given = /^\d+$/.test(name) ? Number(name) : undefined;
  if (runAsNonRoot === true) {
    const { name: podName, namespace = '', uid = '' } = pod.metadata;
    const where = `(pod: "${podName}_${namespace}(${uid})", container: ${container.name})`;
    const refuse = (why: string) => new StartFailure('CreateContainerConfigError', `${why} ${where}`);
    if (runAsUser === 0) throw refuse("container's runAsUser breaks non-root policy");
    if (runAsUser === undefined && given === 0) {
      throw refuse('container has runAsNonRoot and image will run as root');
    }
    if (runAsUser === undefined && given === undefined) {
      throw refuse(
        `container has runAsNonRoot and image has non-numeric user (${name}), cannot verify user is non-root`,
      );
    }
  }
  const uid = runAsUser ?? given;
  if (uid === undefined) {
    const why = `unable to find user ${name}: no matching entries in passwd file`;
    throw new StartFailure('CreateContainerError', why);
  }
  // The group of the image is that of its own user.
  const own = runAsUser === undefined && /^\d+$/.test(group) ? Number(group) : 0;
  return { uid, gid: runAsGroup ?? own };
}

/** What containerd leaves a container that says nothing of capabilities. */
const defaultCapabilities = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

/** The capabilities that a root process of the container has; a user other than root has none, whatever is added. */
export function capabilitiesOf(security: SecurityContext): readonly string[] | 'all' {
  const { add = [], drop = [] } = security.capabilities ?? {};
  if (security.privileged === true || (add.includes('ALL') && drop.length === 0)) return 'all';
  const kept = drop.includes('ALL') ? [] : defaultCapabilities.filter((one) => !drop.includes(one));
  return [...new Set([...kept, ...add])].filter((one) => one !== 'ALL');
}
