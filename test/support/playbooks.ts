import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLibrary, type Library, type PlaybookFile } from '../../core/playbook/library.ts';
import { withoutSection } from '../../core/playbook/markdown.ts';
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

export function shippedLibrary(): Library {
  return libraryOf(parseLibrary(readPlaybooks()));
}

/** The shipped library without its cases, which decide nothing and take long to read. */
export function shippedRules(): Library {
  const files = readPlaybooks().map((file) => ({ ...file, source: withoutSection(file.source, 'Cases') }));
  return libraryOf(parseLibrary(files, { recorded: true }));
}

function libraryOf(parsed: ReturnType<typeof parseLibrary>): Library {
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.library;
}
