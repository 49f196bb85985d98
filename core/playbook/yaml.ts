import { LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import type { Located, Problems } from './problem.ts';

/** Reads a YAML text into what the schema describes; mistakes are reported at their line and column. */
export function parseYaml<T>(source: Located, schema: z.ZodType<T>, problems: Problems): T | undefined {
  const lines = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: lines, prettyErrors: false, merge: true });
  for (const error of document.errors) problems.report(error.message, source, error.pos[0]);
  if (document.errors.length > 0) return undefined;

  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    problems.report(describe(issue), source, offsetOf(document, issue));
  }
  return undefined;
}

function describe(issue: z.core.$ZodIssue): string {
  const where = issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  if (issue.code === 'unrecognized_keys') return `Unexpected ${issue.keys.join(', ')}${where}`;
  const typed = /^Invalid input: expected (.*), received (.*)$/.exec(issue.message);
  if (typed?.[2] === 'undefined')
    return `Unexpected end, expected ${issue.path.join('.')} (${typed[1] ?? ''})`;
  if (typed !== null) return `Unexpected ${typed[2] ?? ''}, expected ${typed[1] ?? ''}${where}`;
  return `${issue.message.replace(/^Invalid \w+: (expected )?/, 'Unexpected value, expected ').replace('expected must', 'must')}${where}`;
}

function offsetOf(document: ReturnType<typeof parseDocument>, issue: z.core.$ZodIssue): number {
  const path = [...issue.path];
  if (issue.code === 'unrecognized_keys' && issue.keys[0] !== undefined) path.push(issue.keys[0]);
  while (path.length > 0) {
    const node: unknown = document.getIn(path, true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return Number(node.range[0]);
    }
    path.pop();
  }
  return 0;
}
