import { createInterface } from 'node:readline';
import type { Fault, Injected } from '../../lab/faults/fault.ts';
import { faults } from '../../lab/faults/index.ts';
import { seeded } from '../../lab/random.ts';
import type { RunningLab } from '../../lab/start-lab.ts';
import { CliError } from '../error.ts';
import { untilInterrupted } from '../interrupt.ts';
import { faultNamed, wholeNumber } from './faults.ts';
import { openLab } from './open.ts';

/** Stays up until Ctrl-C; lines that are typed break and mend it. */
export async function labUp({ port }: { readonly port: string }): Promise<void> {
  const interrupted = untilInterrupted();
  process.stderr.write('Building a cluster of network namespaces, and a netcheck in it…\n');
  const lab = await openLab(interrupted, { port: wholeNumber('--port', port, 0, 65_535) });
  const console = new Console(lab);
  const lines = createInterface({ input: process.stdin });
  try {
    process.stdout.write(
      `\nOpen ${lab.slack.url} and type in #ops what /netcheck is asked below.\n\n${help()}\n`,
    );
    lines.on('line', (line) => console.enter(line));
    await interrupted;
    process.stderr.write('Ending…\n');
  } finally {
    lines.close();
    await lab.close();
  }
}

function help(): string {
  const width = Math.max(...faults.map(({ id }) => id.length));
  return [
    'Type here what to break, one or several, or mend to undo it all:',
    ...faults.map(({ id, title }) => `  ${id.padEnd(width)}  ${title}`),
    'Ctrl-C ends everything.',
    '',
  ].join('\n');
}

/** One line after the other, however fast they are typed. */
class Console {
  readonly #lab: RunningLab;
  readonly #injected: Injected[] = [];
  #seed = Date.now() % 100_000;
  #busy: Promise<void> = Promise.resolve();

  constructor(lab: RunningLab) {
    this.#lab = lab;
  }

  enter(line: string): void {
    const word = line.trim();
    if (word === '') return;
    this.#busy = this.#busy
      .then(() => (word === 'mend' ? this.#mend() : this.#break(word)))
      .catch((error: unknown) => {
        const said = error instanceof Error ? error.message : String(error);
        process.stdout.write(`${said}\n`);
      });
  }

  async #break(name: string): Promise<void> {
    const fault: Fault = faultNamed(name);
    const why = await fault.unfit?.(this.#lab);
    if (why !== undefined) throw new CliError(`${fault.id} cannot be done here: ${why}`, 1);
    process.stdout.write(`Breaking…\n`);
    const injected = await fault.inject(this.#lab, seeded(this.#seed++));
    this.#injected.push(injected);
    await injected.shown?.();
    process.stdout.write(`Broken. Ask: /netcheck ${fault.ask}\n`);
  }

  async #mend(): Promise<void> {
    if (this.#injected.length === 0) process.stdout.write('Nothing is broken.\n');
    for (const one of this.#injected.splice(0).reverse()) {
      await one.undo();
      process.stdout.write(`Mended: ${one.said}\n`);
    }
  }
}
