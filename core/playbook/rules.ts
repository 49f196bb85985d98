import type { Paragraph, RootContent } from 'mdast';
import { compile, type Expression, type Language } from './cel.ts';
import { readFence, readParagraph, type Section } from './markdown.ts';
import type { Located, Problems } from './problem.ts';
import { parseSentence, type Sentence } from './sentence.ts';

/** A condition, the sentence that says it with its numbers, and (for a confirmation) who did it. */
export interface Rule {
  readonly when: Expression;
  readonly because: Sentence;
  readonly culprit?: Sentence;
  /** Where it stands in its file, counted from 1. */
  readonly line: number;
}

/** How much of what people see a cause would account for: a share from 0 to 1, and the sentence that says so. */
export interface Coverage {
  readonly share: Expression;
  readonly because: Sentence;
}

/** What reading a section takes: the text it stands in, the words it may use, and where its mistakes go. */
export interface Reader {
  readonly source: string;
  readonly language: Language;
  readonly problems: Problems;
}

/** Rules come in pairs: a `cel` fence, then the paragraph that says it; a paragraph `Culprit: …` may follow. */
export function readRules(section: Section | undefined, reader: Reader): Rule[] {
  const rules: Rule[] = [];
  const content = section?.content ?? [];
  for (const [index, node] of content.entries()) {
    if (node.type !== 'code' || node.lang !== 'cel') continue;
    const fence = readFence(node);
    const when = compile(reader.language, fence, 'rule', reader.problems);
    const because = sentenceAt(content[index + 1], reader);
    checkLabel(content[index + 2], reader);
    const culprit = labelledAt('Culprit', content.slice(index + 2, index + 3), reader);
    if (because === undefined)
      reader.problems.report('Unexpected rule without a sentence, expected a paragraph below it', fence);
    if (when !== undefined && because !== undefined)
      rules.push({ when, because, ...(culprit && { culprit }), line: fence.line });
  }
  if (section !== undefined && rules.length === 0 && reader.problems.found.length === 0) {
    reader.problems.report('Unexpected empty section, expected a cel rule', section.title);
  }
  return rules;
}

/** `culprit: …` would be prose that nobody prints. */
function checkLabel(node: RootContent | undefined, { source, problems }: Reader): void {
  if (node?.type !== 'paragraph') return;
  const paragraph = readParagraph(node, source);
  const [said] = /^culprit\b:?/i.exec(paragraph.text) ?? [];
  if (said !== undefined && !paragraph.text.startsWith('Culprit: '))
    problems.report(`Unexpected ${said}, expected "Culprit: " and who did it`, paragraph);
}

/** `## Explains`: a `cel` fence whose value is a share, and the paragraph that says it. */
export function readCoverage(section: Section | undefined, reader: Reader): Coverage | undefined {
  if (section === undefined) return undefined;
  const index = section.content.findIndex((node) => node.type === 'code' && node.lang === 'cel');
  const node = section.content[index];
  const because = sentenceAt(section.content[index + 1], reader);
  if (node?.type !== 'code' || because === undefined) {
    reader.problems.report(
      'Unexpected empty section, expected a cel block with a share and a paragraph that says it',
      section.title,
    );
    return undefined;
  }
  const share = compile(reader.language, readFence(node), 'share', reader.problems);
  return share && { share, because };
}

/** `## Otherwise`: one sentence. */
export function readOtherwise(section: Section | undefined, reader: Reader): Sentence | undefined {
  const sentence = sentenceAt(section?.content[0], reader);
  if (section !== undefined && sentence === undefined) {
    reader.problems.report('Unexpected empty section, expected one sentence', section.title);
  }
  return sentence;
}

export function sentenceAt(node: RootContent | undefined, reader: Reader): Sentence | undefined {
  if (node?.type !== 'paragraph') return undefined;
  return parseSentence(readParagraph(node, reader.source), reader.language, reader.problems);
}

/** The first paragraph that begins with `Label: `, without its label. */
export function labelledAt(
  label: string,
  content: readonly RootContent[],
  reader: Reader,
): Sentence | undefined {
  const text = content
    .filter((node): node is Paragraph => node.type === 'paragraph')
    .map((node) => readParagraph(node, reader.source))
    .find((paragraph) => paragraph.text.startsWith(`${label}: `));
  return text && parseSentence(after(`${label}: `, text), reader.language, reader.problems);
}

function after(prefix: string, text: Located): Located {
  return { ...text, text: text.text.slice(prefix.length), column: text.column + prefix.length };
}
