import type { Sandbox } from './sandbox.ts';
import type { Undo } from './undo.ts';
import { once } from './undo.ts';

/** Settings by their dotted name, as in `{ 'net.ipv4.tcp_syn_linear_timeouts': 0 }`. */
export type Sysctls = Readonly<Record<string, string | number>>;

/** Sets them in one network namespace; undone, they are what they were. */
export async function setSysctls(sandbox: Sandbox, netns: string, values: Sysctls): Promise<Undo> {
  const names = Object.keys(values);
  const before = await sandbox.run(['cat', ...names.map(fileOf)], { netns });
  const lines = before.trimEnd().split('\n');
  await sandbox.run(['sh', '-e'], { netns, input: sysctlScript(values) });
  return once(async () => {
    const input = sysctlScript(Object.fromEntries(names.map((name, at) => [name, lines[at] ?? ''])));
    await sandbox.run(['sh', '-e'], { netns, input });
  });
}

/** As shell, so that it can be part of a script. */
export function sysctlScript(values: Sysctls): string {
  return Object.entries(values)
    .map(([name, value]) => `echo '${value}' > ${fileOf(name)}\n`)
    .join('');
}

function fileOf(name: string): string {
  if (!/^net(\.[a-z0-9_-]+)+$/.test(name))
    throw new Error(`Unexpected "${name}", expected a name below net.`);
  return `/proc/sys/${name.replaceAll('.', '/')}`;
}
