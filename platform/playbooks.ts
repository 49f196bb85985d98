import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseLibrary, type Library, type PlaybookFile } from '../core/playbook/library.ts';
import { formatProblem } from '../core/playbook/problem.ts';

const shipped = join(import.meta.dirname, '../playbooks');

/** Reads and parses a folder of playbooks (the shipped ones unless told otherwise); any mistake refuses them all. */
export async function loadPlaybooks(directory = shipped): Promise<Library> {
  const parsed = parseLibrary(await readPlaybooks(directory));
  if ('problems' in parsed) throw new PlaybookError(parsed.problems.map(formatProblem));
  return parsed.library;
}

/** Every mistake of every playbook, as `file:line:col Unexpected X, expected Y`. */
export class PlaybookError extends Error {
  override readonly name = 'PlaybookError';

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

async function readPlaybooks(directory: string): Promise<PlaybookFile[]> {
  const names = await readdir(directory, { recursive: true }).catch((error: unknown) => {
    throw new PlaybookError([`${directory}:1:1 Unexpected folder, expected playbooks: ${String(error)}`]);
  });
  const paths = names.filter((name) => name.endsWith('.md')).sort();
  return Promise.all(
    paths.map(async (path) => ({
      path: join('playbooks', path),
      source: await readFile(join(directory, path), 'utf8'),
    })),
  );
}
