import { chmod, copyFile, link, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { builtinModules } from 'node:module';
import { build, type Plugin } from 'esbuild';

const folder = join(import.meta.dirname, 'programs');

/**
 * Puts what runs in pods and hosts into a folder, where every user can read it: each of `programs/*.ts` with all that it
 * imports as `<name>.mjs`, and beside them Node itself as `node`. Throws with what esbuild says of a program that does
 * not build.
 */
export async function bundleApps(dir: string): Promise<void> {
  const entryPoints = (await readdir(folder)).map((name) => join(folder, name));
  await Promise.all([bundle(entryPoints, dir), placeNode(join(dir, 'node'))]);
  await chmod(dir, 0o755);
  const programs = (await readdir(dir)).filter((name) => name.endsWith('.mjs'));
  await Promise.all(programs.map((name) => chmod(join(dir, name), 0o644)));
}

async function bundle(entryPoints: string[], outdir: string): Promise<void> {
  await build({
    entryPoints,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    plugins: [lazyBuiltins],
    logLevel: 'silent',
  });
}

/**
 * Node's own modules as objects. An `import` of them reads all that they export, and half of Node is loaded for what
 * nobody uses (`node:http` exports WebSocket): twice the time until a small program is ready.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(of) {
    const namespace = 'builtin';
    const filter = new RegExp(`^(node:.+|${builtinModules.join('|')})$`);
    of.onResolve({ filter }, ({ path }) => ({ path, namespace }));
    of.onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }));
  },
};

async function placeNode(path: string): Promise<void> {
  await rm(path, { force: true });
  // On another file system it cannot be linked.
  await link(process.execPath, path).catch(() => copyFile(process.execPath, path));
}
