import { parseCause, type Cause } from './cause.ts';
import type { PlaybookProblem } from './problem.ts';
import { parseSymptom, type Symptom } from './symptom.ts';

/** All playbooks that are in force. */
export interface Library {
  readonly symptoms: readonly Symptom[];
  readonly causes: ReadonlyMap<string, Cause>;
}

/** A playbook file as read: its path below the playbooks folder, and its text. */
export interface PlaybookFile {
  readonly path: string;
  readonly source: string;
}

/** Parses every playbook; either a whole library or all that is wrong, file by file. */
export function parseLibrary(
  files: readonly PlaybookFile[],
): { library: Library } | { problems: readonly PlaybookProblem[] } {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const problems: PlaybookProblem[] = [];
  const causes = new Map<string, Cause>();
  const causeNames = new Set<string>();
  for (const { path, source } of sorted.filter(({ path }) => isCause(path))) {
    causeNames.add(path.replace(/^.*\//, '').replace(/\.md$/, ''));
    const parsed = parseCause(source, path);
    if ('problems' in parsed) problems.push(...parsed.problems);
    else causes.set(parsed.cause.id, parsed.cause);
  }
  const symptoms: Symptom[] = [];
  for (const { path, source } of sorted.filter(({ path }) => !isCause(path))) {
    const parsed = parseSymptom(source, path, causeNames);
    if ('problems' in parsed) problems.push(...parsed.problems);
    else symptoms.push(parsed.symptom);
  }
  return problems.length > 0 ? { problems } : { library: { symptoms, causes } };
}

function isCause(path: string): boolean {
  return /(^|\/)causes\/[^/]+\.md$/.test(path);
}

/** The causes that could explain a symptom, or, where none was named, any symptom; each once, in the order listed. */
export function causesFor(library: Library, symptom: string | undefined): Cause[] {
  const listed = library.symptoms.filter(({ id }) => symptom === undefined || id === symptom);
  const ids = new Set(listed.flatMap(({ causes }) => causes));
  return [...ids].flatMap((id) => library.causes.get(id) ?? []);
}
