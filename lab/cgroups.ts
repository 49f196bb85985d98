import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the kernel's bandwidth control has counted of one group, as cAdvisor reads it. */
export interface CpuStat {
  /** Periods of 100 ms in which a process of the group wanted to run. */
  readonly periods: number;
  /** Those of them in which the quota was used up. */
  readonly throttledPeriods: number;
  readonly throttledSeconds: number;
}

/** Processes that share a CPU quota: a container, as the kernel sees it. */
export interface CpuGroup {
  /** What to put before a command so that it, and all that it starts, is of the group. */
  readonly enter: readonly string[];
  /** As `resources.limits.cpu`, in cores; undefined: no limit. */
  limit(cores: number | undefined): void;
  stat(): CpuStat;
  /** Its processes, as this process counts them. */
  processes(): readonly number[];
}

export interface Cgroups {
  /** The group of this name; made when it is first asked for. */
  group(name: string): CpuGroup;
  /** Takes the groups away, once nothing runs in them any more; so does the end of this process, however it comes. */
  close(): void;
}

/** Where the kernel keeps the CPU controller, and how it writes a quota and its counters. */
interface Hierarchy {
  readonly root: string;
  readonly files: (cores: number | undefined) => Readonly<Record<string, string>>;
  /** The name of the time spent throttled in `cpu.stat`, and how many of its units are a second. */
  readonly throttled: { readonly name: string; readonly perSecond: number };
}

const periodMicroseconds = 100_000;
/** The kernel takes no quota below a millisecond. */
const leastQuota = 1000;
const quotaOf = (cores: number): number => Math.max(leastQuota, Math.round(cores * periodMicroseconds));

const first: Omit<Hierarchy, 'root'> = {
  files: (cores) => ({
    'cpu.cfs_period_us': String(periodMicroseconds),
    'cpu.cfs_quota_us': String(cores === undefined ? -1 : quotaOf(cores)),
  }),
  throttled: { name: 'throttled_time', perSecond: 1e9 },
};
const second: Omit<Hierarchy, 'root'> = {
  files: (cores) => ({
    'cpu.max': `${cores === undefined ? 'max' : quotaOf(cores)} ${periodMicroseconds}`,
  }),
  throttled: { name: 'throttled_usec', perSecond: 1e6 },
};

function hierarchies(mount: string): readonly Hierarchy[] {
  const isUnified = existsSync(join(mount, 'cgroup.controllers'));
  const old = ['cpu', 'cpu,cpuacct'].map((name) => ({ ...first, root: join(mount, name) }));
  return isUnified ? [{ ...second, root: mount }] : old.filter(({ root }) => existsSync(root));
}

const mountPoint = '/sys/fs/cgroup';

/** Why CPU cannot be limited on this machine, in a sentence; undefined where it can. */
export function cannotLimitCpu(mount = mountPoint): string | undefined {
  const [hierarchy] = hierarchies(mount);
  if (hierarchy === undefined) return `there is no CPU controller of cgroups below ${mount}`;
  const folder = join(hierarchy.root, `netcheck-lab-try-${process.pid}`);
  try {
    prepare(hierarchy);
    mkdirSync(folder);
    try {
      for (const [file, text] of Object.entries(hierarchy.files(1))) writeFileSync(join(folder, file), text);
    } finally {
      rmdirSync(folder);
    }
    return undefined;
  } catch (error) {
    return `cgroups cannot be written here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** In the second version a folder hands its controllers on only if it says so. */
function prepare({ root }: Hierarchy): void {
  const handedOn = join(root, 'cgroup.subtree_control');
  if (existsSync(handedOn) && !readFileSync(handedOn, 'utf8').split(/\s/).includes('cpu'))
    writeFileSync(handedOn, '+cpu');
}

/** Folders go as soon as what ran in them is dead, which may be a moment after whoever started it. */
const tidy = `
cat > /dev/null
for try in $(seq 200); do
  rmdir "$0"/* "$0" 2> /dev/null
  [ -e "$0" ] || exit 0
  sleep 0.05
done
`;

/** Throws where the machine cannot, with what `cannotLimitCpu` says. */
export function openCgroups(): Cgroups {
  const [hierarchy] = hierarchies(mountPoint);
  const why = cannotLimitCpu();
  if (hierarchy === undefined || why !== undefined) throw new Error(why);
  const root = join(hierarchy.root, `netcheck-lab-${process.pid}-${Date.now()}`);
  // Before there is anything to take away; it outlives this process, and notices its end by its own standard input.
  const watcher = spawn('sh', ['-c', tidy, root], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watcher.stdin.on('error', () => undefined);
  mkdirSync(root);
  prepare({ ...hierarchy, root });
  return {
    group(name) {
      const folder = join(root, name);
      mkdirSync(folder, { recursive: true });
      return groupIn(folder, hierarchy);
    },
    close() {
      watcher.stdin.end();
    },
  };
}

function groupIn(folder: string, { files, throttled }: Hierarchy): CpuGroup {
  return {
    // 0 is whoever writes it.
    enter: ['sh', '-ec', 'echo 0 > "$0"; exec "$@"', join(folder, 'cgroup.procs')],
    limit(cores) {
      for (const [file, text] of Object.entries(files(cores))) writeFileSync(join(folder, file), text);
    },
    processes: () =>
      readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number),
    stat() {
      const text = readFileSync(join(folder, 'cpu.stat'), 'utf8');
      const counted = (name: string): number =>
        Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
      return {
        periods: counted('nr_periods'),
        throttledPeriods: counted('nr_throttled'),
        throttledSeconds: counted(throttled.name) / throttled.perSecond,
      };
    },
  };
}
