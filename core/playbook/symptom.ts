import type { List } from 'mdast';
import * as z from 'zod';
import { linksOf, locate, parseDocument } from './markdown.ts';
import { patternMistake } from './pattern.ts';
import { Problems, type PlaybookProblem } from './problem.ts';
import { parseYaml } from './yaml.ts';

/** What a person sees, and the causes that could explain it, in the order one would consider them. */
export interface Symptom {
  readonly id: string;
  readonly title: string;
  /** When a person would ask for it, in a sentence. */
  readonly when: string;
  /** Names of alerts that point to it. */
  readonly alerts: readonly RegExp[];
  /** What people or programs write that points to it. */
  readonly messages: readonly RegExp[];
  readonly causes: readonly string[];
}

/** A regular expression; case does not matter. */
const pattern = z.string().transform((text, context) => {
  const mistake = patternMistake(text);
  if (mistake === undefined) return new RegExp(text, 'i');
  context.addIssue({ code: 'custom', message: mistake });
  return z.NEVER;
});

const FrontMatter = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Unexpected value, expected words-like-this'),
  title: z.string().min(1),
  when: z.string().min(1),
  alerts: z.array(pattern).default([]),
  messages: z.array(pattern).default([]),
});

/** Parses `<symptom>.md`: front matter, prose, and under `## Causes` a list of links to `causes/<cause>.md`. */
export function parseSymptom(
  source: string,
  file: string,
  known: ReadonlySet<string> | undefined,
): { symptom: Symptom } | { problems: readonly PlaybookProblem[] } {
  const problems = new Problems(file);
  const document = parseDocument(source);
  const start = { text: '', line: 1, column: 1 };
  if (document.frontMatter === undefined)
    problems.report('Unexpected start, expected front matter with id and title', start);
  const head = document.frontMatter && parseYaml(document.frontMatter, FrontMatter, problems);
  const expected = file.replace(/^.*\//, '').replace(/\.md$/, '');
  if (document.frontMatter !== undefined && head !== undefined && head.id !== expected)
    problems.report(
      `Unexpected id ${head.id}, expected ${expected}, the name of the file`,
      document.frontMatter,
    );
  const section = document.sections.find(({ title }) => title.text === 'Causes');
  const list = section?.content.find((node): node is List => node.type === 'list');
  if (list === undefined)
    problems.report('Unexpected end, expected a section "## Causes" with a list of links', start);

  const causes: string[] = [];
  for (const link of list === undefined ? [] : linksOf([list])) {
    const id = /^(?:\.\/)?causes\/([a-z0-9-]+)\.md$/.exec(link.url)?.[1];
    if (id === undefined || known?.has(id) === false) {
      problems.report(`Unexpected link ${link.url}, expected a file of causes/`, locate(link, source));
    } else {
      causes.push(id);
    }
  }
  if (problems.found.length > 0 || head === undefined) return { problems: problems.found };
  return { symptom: { ...head, causes } };
}
