// Brings a fresh machine to where the other scripts start: npm packages, Node 24 (the `node` dev-dependency),
// and the Debian packages it is given. Runs on Node 18+, needs nothing installed.
// usage: node scripts/setup.mjs [debian-package …]
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Debian package → a program that proves it is there. */
const programs = {
  'redis-server': ['redis-server'],
  prometheus: ['prometheus', 'promtool'],
  chromium: ['chromium'],
  iproute2: ['ip', 'tc', 'bridge'],
  nftables: ['nft'],
  'util-linux': ['unshare', 'nsenter', 'setpriv'],
  conntrack: ['conntrack'],
  'iputils-ping': ['ping'],
  'mtr-tiny': ['mtr'],
  haproxy: ['haproxy'],
  'prometheus-node-exporter': ['prometheus-node-exporter'],
  'prometheus-alertmanager': ['prometheus-alertmanager'],
};

/** What only Linux has; the tests that need it are left out elsewhere. */
const linuxOnly = ['iproute2', 'nftables', 'util-linux', 'conntrack', 'haproxy', 'prometheus-node-exporter'];

const run = (command, args, env = process.env) =>
  spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env }).status === 0;

/** Also where Debian keeps the programs of administrators, which other people's PATH leaves out. */
const onPath = (program) =>
  [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'].some(
    (folder) => folder !== '' && existsSync(join(folder, program)),
  );

function installPackages() {
  const stamp = join(root, 'node_modules/.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs) return;
  process.stderr.write('netcheck: installing npm packages (once)…\n');
  if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])) {
    process.stderr.write('netcheck: `npm ci` failed; see its message above\n');
    process.exit(1);
  }
}

function installDebianPackages(wanted) {
  const missing = wanted
    .filter((name) => process.platform === 'linux' || !linuxOnly.includes(name))
    .filter((name) => !(programs[name] ?? [name]).every(onPath));
  if (missing.length === 0) return;
  const byHand = `apt-get install ${missing.join(' ')}`;
  if (process.platform !== 'linux' || !onPath('apt-get') || process.getuid?.() !== 0) {
    process.stderr.write(
      `netcheck: missing ${missing.join(', ')}. Install: ${byHand} (as root, or your system's own way)\n`,
    );
    process.exit(1);
  }
  process.stderr.write(`netcheck: installing ${missing.join(', ')} (once)…\n`);
  // Debian starts a service when its package is installed; a policy of 101 asks it not to.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const install = () => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], env);
  if (!install() && !(run('apt-get', ['update', '-qq'], env) && install())) {
    process.stderr.write(
      `netcheck: could not install ${missing.join(', ')}. Try: apt-get update && ${byHand}\n`,
    );
    process.exit(1);
  }
}

installPackages();
installDebianPackages(process.argv.slice(2));
