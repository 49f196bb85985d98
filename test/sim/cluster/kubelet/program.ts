/** What the containers of the tests run: `node program.ts <what> [number]`. */
import { readFileSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

const [what, number = '0'] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const status = readFileSync('/proc/self/status', 'utf8');
const field = (name: string): string =>
  new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1]?.trim() ?? '';

switch (what) {
  case 'exit':
    process.exitCode = Number(number);
    break;
  case 'lines':
    for (let line = 1; line <= Number(number); line++) say(`line ${String(line)}`);
    break;
  case 'who':
    say(
      JSON.stringify({
        uid: process.getuid?.(),
        gid: process.getgid?.(),
        groups: field('Groups'),
        bounding: field('CapBnd'),
        effective: field('CapEff'),
        noNewPrivileges: field('NoNewPrivs'),
        links: Object.keys(networkInterfaces()),
        cwd: process.cwd(),
        env: process.env,
      }),
    );
    break;
  case 'serve':
  case 'stubborn':
    process.on('SIGTERM', () => {
      process.stderr.write('told to stop\n');
      if (what === 'serve') process.exit(Number(number));
    });
    setInterval(() => undefined, 1000);
    // The pid that the machine knows it by.
    say(`up ${readlinkSync('/proc/self')}`);
    break;
  case 'deaf':
    setInterval(() => undefined, 1000);
    say('up');
    break;
  case undefined:
  default:
    throw new Error(`what is ${String(what)}?`);
}
