import { parseCause, type Cause } from './cause.ts';
import type { PlaybookProblem } from './problem.ts';
import { parseSymptom, type Symptom } from './symptom.ts';

/** All playbooks that are in force. */
export interface Library {
  readonly symptoms: readonly Symptom[];
  readonly causes: ReadonlyMap<string, Cause>;
  /** What they were read from. */
  readonly files: readonly PlaybookFile[];
}

/** A playbook file as read. */
export interface PlaybookFile {
  /** Its path below its playbooks folder, as `causes/x.md`. Files of the same name are the same playbook. */
  readonly name: string;
  /** Where it is, for people. */
  readonly path: string;
  readonly source: string;
}

/** Where a playbook comes from: with netcheck, or from the team's own folder, beside or instead of a shipped one. */
export type Origin = 'shipped' | 'added' | 'overriding';

export interface OverlaidFile extends PlaybookFile {
  readonly origin: Origin;
}

/** A team's own playbooks on top of the shipped ones: an own file takes the place of its namesake. */
export function overlay(shipped: readonly PlaybookFile[], own: readonly PlaybookFile[]): OverlaidFile[] {
  const files = new Map<string, OverlaidFile>(
    shipped.map((file) => [file.name, { ...file, origin: 'shipped' }]),
  );
  for (const file of own)
    files.set(file.name, { ...file, origin: files.has(file.name) ? 'overriding' : 'added' });
  return [...files.values()].sort(byName);
}

interface ParseOptions {
  /** A recording has no cases, and leaves out the causes that could not concern its target. */
  readonly recorded?: boolean;
  /** Whose cases are read; those of all files unless told. */
  readonly casesOf?: (file: PlaybookFile) => boolean;
}

/** Parses every playbook; either a whole library or all that is wrong, file by file. */
export function parseLibrary(
  files: readonly PlaybookFile[],
  { recorded = false, casesOf = () => !recorded }: ParseOptions = {},
): { library: Library } | { problems: readonly PlaybookProblem[] } {
  const sorted = [...files].sort(byName);
  const problems: PlaybookProblem[] = [];
  const causes = new Map<string, Cause>();
  const causeNames = new Set(
    sorted.filter(isCause).map(({ name }) => name.slice(causesFolder.length, -'.md'.length)),
  );
  const known = recorded ? undefined : causeNames;
  for (const file of sorted.filter(isCause)) {
    const cases = casesOf(file) ? 'read' : 'skip';
    const parsed = parseCause(file.source, file.path, { cases, ...(known && { known }) });
    if ('problems' in parsed) problems.push(...parsed.problems);
    else causes.set(parsed.cause.id, parsed.cause);
  }
  const symptoms: Symptom[] = [];
  for (const { path, source } of sorted.filter((file) => !isCause(file))) {
    const parsed = parseSymptom(source, path, known);
    if ('problems' in parsed) problems.push(...parsed.problems);
    else symptoms.push(parsed.symptom);
  }
  return problems.length > 0 ? { problems } : { library: { symptoms, causes, files: sorted } };
}

const causesFolder = 'causes/';

function isCause({ name }: PlaybookFile): boolean {
  return name.startsWith(causesFolder);
}

function byName(a: PlaybookFile, b: PlaybookFile): number {
  return a.name < b.name ? -1 : 1;
}

/**
 * The causes that could explain a symptom, or, where none was named, any symptom; each once, in the order listed, then
 * those that they could be mistaken for: nothing is found as long as its double is not ruled out. What does not concern
 * the target has no doubles.
 */
export function causesFor(
  library: Library,
  symptom: string | undefined,
  concerns: (cause: Cause) => boolean = () => true,
): Cause[] {
  const listed = library.symptoms.filter(({ id }) => symptom === undefined || id === symptom);
  const ids = new Set(listed.flatMap(({ causes }) => causes));
  // A set that grows while it is walked: look-alikes of look-alikes are met as well.
  for (const id of ids) {
    const cause = library.causes.get(id);
    if (cause !== undefined && concerns(cause)) for (const double of cause.lookAlikes) ids.add(double);
  }
  return [...ids].flatMap((id) => library.causes.get(id) ?? []);
}

/** Causes that no symptom leads to: nobody looks at them, because they were left out on purpose or forgotten. */
export function unreachedCauses(library: Library): Cause[] {
  const reached = new Set(causesFor(library, undefined));
  return [...library.causes.values()].filter((cause) => !reached.has(cause));
}
