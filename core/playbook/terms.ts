import type { Code } from 'mdast';
import { define, type Language } from './cel.ts';
import { nameOf } from './evidence-template.ts';
import { readFence, splitSections, type Section } from './markdown.ts';
import type { Located, Problems } from './problem.ts';

/**
 * `## Terms`: a `###` heading a term, named in code, with a `cel` fence below. What several rules and sentences say again
 * and again, as `ways.where("way", "endpoint")`, has a name from there on. Answers with where each is defined.
 */
export function readTerms(
  section: Section | undefined,
  { source, language, problems }: { source: string; language: Language; problems: Problems },
): ReadonlyMap<string, Located> {
  const places = new Map<string, Located>();
  const pieces = section === undefined ? [] : splitSections(section.content, 3, source).sections;
  for (const piece of pieces) {
    const name = nameOf(piece, language.declarations, problems);
    if (name === undefined) continue;
    places.set(name, piece.title);
    const code = piece.content.find((node): node is Code => node.type === 'code' && node.lang === 'cel');
    if (code === undefined)
      problems.report(`Unexpected ${name} without a cel block, expected what it stands for`, piece.title);
    else define(language, name, readFence(code), problems);
  }
  if (section !== undefined && pieces.length === 0)
    problems.report(
      'Unexpected empty section, expected a "### `name` What it is" with a cel block',
      section.title,
    );
  return places;
}
