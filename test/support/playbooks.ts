import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLibrary, type Library, type PlaybookFile } from '../../core/playbook/library.ts';
import { formatProblem } from '../../core/playbook/problem.ts';

export const playbooksDirectory = join(import.meta.dirname, '../../playbooks');

export function readPlaybooks(): PlaybookFile[] {
  return readdirSync(playbooksDirectory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((name) => ({
      name,
      path: `playbooks/${name}`,
      source: readFileSync(join(playbooksDirectory, name), 'utf8'),
    }));
}

/** Without its cases, which decide nothing and take long to read. */
export function shippedLibrary(): Library {
  return libraryOf(parseLibrary(readPlaybooks(), { casesOf: () => false }));
}

export function shippedLibraryWithCases(): Library {
  return libraryOf(parseLibrary(readPlaybooks()));
}

function libraryOf(parsed: ReturnType<typeof parseLibrary>): Library {
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.library;
}
