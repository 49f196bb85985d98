#!/usr/bin/env node
// Starts the CLI under Node 24: the `node` dev-dependency brings it where the machine's own is older. Plain
// JavaScript, because older versions of Node must be able to read this much.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modern = Number(process.versions.node.split('.')[0]) >= 24;
const args = process.argv.slice(2);

if (!existsSync(join(root, 'node_modules/commander'))) {
  const setup = spawnSync(process.execPath, [join(root, 'scripts/setup.mjs')], { stdio: 'inherit' });
  if (setup.status !== 0) process.exit(1);
}

if (modern) {
  // The second start is half as long. Not where others could write: what is cached is run.
  nodeModule.enableCompileCache(join(root, 'node_modules/.cache/netcheck'));
  await import('./main.ts');
} else {
  const bundled = join(root, 'node_modules/node/bin/node');
  if (!existsSync(bundled)) {
    process.stderr.write(`netcheck needs Node 24; this is ${process.version}. Install it, or run: npm ci\n`);
    process.exit(1);
  }
  const child = spawn(bundled, [fileURLToPath(import.meta.url), ...args], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; this one waits for the other to close what it started.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}
