import * as z from 'zod';
import { causesFor, parseLibrary, type Library } from './library.ts';
import { withoutSection } from './markdown.ts';

/** A playbook as a recording keeps it: without its cases, which decide nothing. */
export const RecordedPlaybook = z.strictObject({
  /** Below the folder of playbooks, as `causes/x.md`. */
  path: z.string(),
  source: z.string(),
});
export type RecordedPlaybook = z.infer<typeof RecordedPlaybook>;

/** All that decides: the symptoms, and the causes that they list. */
export function recordPlaybooks(library: Library): RecordedPlaybook[] {
  const names = new Set([
    ...library.symptoms.map(({ id }) => `${id}.md`),
    ...causesFor(library, undefined).map(({ id }) => `causes/${id}.md`),
  ]);
  return library.files
    .filter(({ name }) => names.has(name))
    .map(({ name, source }) => ({ path: name, source: withoutSection(source, 'Cases') }));
}

/** Of those, what decided about one symptom, or about any; `causes` are the ids of what was considered. */
export function playbooksFor(
  playbooks: readonly RecordedPlaybook[],
  symptom: string | undefined,
  causes: readonly string[],
): RecordedPlaybook[] {
  if (symptom === undefined) return [...playbooks];
  const names = [`${symptom}.md`, ...causes.map((id) => `causes/${id}.md`)];
  return playbooks.filter(({ path }) => names.includes(path));
}

/** The library that was recorded, or why this netcheck cannot read it. */
export function parseRecorded(playbooks: readonly RecordedPlaybook[]): ReturnType<typeof parseLibrary> {
  const files = playbooks.map(({ path, source }) => ({ name: path, path, source }));
  return parseLibrary(files, { recorded: true });
}
