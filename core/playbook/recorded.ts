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

/** What decides about a symptom (or about any): its file, and those of the causes that it lists. */
export function recordPlaybooks(library: Library, symptom: string | undefined): RecordedPlaybook[] {
  const symptoms = library.symptoms.filter(({ id }) => symptom === undefined || id === symptom);
  const names = new Set([
    ...symptoms.map(({ id }) => `${id}.md`),
    ...causesFor(library, symptom).map(({ id }) => `causes/${id}.md`),
  ]);
  return library.files
    .filter(({ name }) => names.has(name))
    .map(({ name, source }) => ({ path: name, source: withoutSection(source, 'Cases') }));
}

/** The library that was recorded, or why this netcheck cannot read it. */
export function parseRecorded(playbooks: readonly RecordedPlaybook[]): ReturnType<typeof parseLibrary> {
  const files = playbooks.map(({ path, source }) => ({ name: path, path, source }));
  return parseLibrary(files, { recorded: true });
}
