import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { Container, Pod } from '../objects/kinds.ts';
import { capabilitiesOf, securityOf, userOf } from './container-user.ts';
import { environmentOf, expand } from './container-env.ts';
import { runcFailure, StartFailure, type LocalImage } from './local-image.ts';

export interface Command {
  /** The program and its arguments, within whatever gives it user, capabilities and network. */
  readonly argv: readonly string[];
  /** Whether the container has a pid namespace of its own, somewhere below the process that is spawned. */
  readonly nested: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** By its full path: the PATH of the container may be another. */
function tool(name: string): string {
  const found = name.includes('/') ? name : findOnPath(name);
  if (found === undefined) throw runcFailure(`exec: "${name}": executable file not found in $PATH`);
  return found;
}

const findOnPath = (program: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(isExecutable);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The image's `/app` is its root; other folders are the machine's. */
function folderOf({ workingDir = '/app' }: Container, { root }: LocalImage): string {
  const inside = /^\/app(?:\/(.*))?$/.exec(workingDir);
  const folder = inside === null ? workingDir : resolve(root, inside[1] ?? '');
  if (!existsSync(folder))
    throw runcFailure(`chdir to cwd ("${workingDir}") set in config.json failed: no such file or directory`);
  return folder;
}

function programOf(name: string, folder: string, image: LocalImage): string {
  if (name === 'node') return image.program ?? process.execPath;
  const found = name.includes('/') ? resolve(folder, name) : findOnPath(name);
  if (found === undefined || !existsSync(found)) {
    const why = name.includes('/') ? 'no such file or directory' : 'executable file not found in $PATH';
    throw runcFailure(`exec: "${name}": ${name.includes('/') ? `stat ${name}: ` : ''}${why}`);
  }
  return found;
}

/**
 * What to spawn for a container, or a `StartFailure`: never as another user, nor with more rights, than the pod says.
 * Root gives it the network that `enter` leads into, a pid namespace of its own (so all of it dies at once, and it is
 * process 1, which SIGTERM does not end unless it listens), and then the user and capabilities of the pod.
 */
export function commandOf(
  pod: Pod,
  container: Container,
  image: LocalImage,
  enter: readonly string[],
): Command {
  const { uid, gid } = userOf(pod, container, image.user ?? '0');
  const env = environmentOf(pod, container);
  const words = [...(container.command ?? []), ...(container.args ?? [])].map((word) => expand(word, env));
  const [name, ...args] = words;
  if (name === undefined || container.command === undefined) {
    throw new StartFailure('CreateContainerError', 'failed to generate spec: no command specified');
  }
  const cwd = folderOf(container, image);
  const program = [programOf(name, cwd, image), ...args];
  if (process.getuid?.() !== 0) {
    if (process.getuid?.() !== uid || process.getgid?.() !== gid) {
      throw runcFailure(`setup user: the machine's user cannot become ${String(uid)}:${String(gid)}`);
    }
    if (enter.length > 0) throw runcFailure("the machine's user cannot enter a network namespace");
    return {
      argv: [...dyingWithParent(), ...program],
      nested: false,
      cwd,
      env,
    };
  }
  const [way, ...further] = enter;
  const argv = [
    ...dyingWithParent(),
    // What leads into a network may lead into a pid namespace, too, which nobody enters from another one.
    ...(way === undefined ? [] : [tool(way), ...further]),
    ...[tool('unshare'), '--pid', '--fork', '--kill-child=KILL'],
    ...withRights(pod, container, uid, gid),
    ...program,
  ];
  return { argv, nested: true, cwd, env };
}

const dyingWithParent = (): readonly string[] =>
  findOnPath('setpriv') === undefined ? [] : [tool('setpriv'), '--pdeathsig', 'KILL'];

function withRights(pod: Pod, container: Container, uid: number, gid: number): readonly string[] {
  const security = securityOf(pod, container);
  const capabilities = capabilitiesOf(security);
  const bounding =
    capabilities === 'all'
      ? 'all'
      : ['-all', ...capabilities.map((one) => `+${one.toLowerCase()}`)].join(',');
  return [
    tool('setpriv'),
    ...['--reuid', String(uid), '--regid', String(gid), '--clear-groups'],
    ...(capabilities === 'all' ? [] : [`--bounding-set=${bounding}`, '--inh-caps=-all']),
    ...(security.allowPrivilegeEscalation === false ? ['--no-new-privs'] : []),
    // A change of user forgets who is to die with whom.
    ...['--pdeathsig', 'KILL'],
  ];
}
