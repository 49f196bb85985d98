import type { Code } from 'mdast';
import * as z from 'zod';
import { isRemediationId, remediations, type RemediationId } from '../remediations.ts';
import { nearest } from '../text.ts';
import { readFence, type Section } from './markdown.ts';
import { pieceOf, type Located } from './problem.ts';
import { labelledAt, sentenceAt, type Reader } from './rules.ts';
import { parseSentence, type Sentence } from './sentence.ts';
import { parseYaml } from './yaml.ts';

/** A change that netcheck can make, what may go wrong with it, and how one sees that it helped. */
export interface Fix {
  readonly remediation: RemediationId;
  readonly params: Readonly<Record<string, Sentence>>;
  readonly summary: Sentence;
  readonly risk: Sentence;
  readonly workedIf: Sentence;
}

const Block = z.strictObject({
  remediation: z.string(),
  params: z.record(z.string(), z.string()).default({}),
});

/** `## Fix`: prose; where netcheck can do it, a `yaml fix` block with paragraphs `Risk: …` and `Worked if: …`. */
export function readFix(section: Section | undefined, reader: Reader): Fix | undefined {
  const content = section?.content ?? [];
  const block = content.find((node): node is Code => node.type === 'code' && node.meta === 'fix');
  if (block === undefined) return undefined;
  const fence = readFence(block);
  const said = parseYaml(fence, Block, reader.problems);
  const remediation = said && knownRemediation(said.remediation, fence, reader);
  if (said === undefined || remediation === undefined) return undefined;
  checkParams(Object.keys(said.params), remediations[remediation].params, fence, reader);
  const params = Object.fromEntries(
    Object.entries(said.params).map(([name, text]) => [
      name,
      parseSentence(
        pieceOf(fence, Math.max(fence.text.indexOf(text), 0), text),
        reader.language,
        reader.problems,
      ),
    ]),
  );
  const summary = sentenceAt(content[0], reader);
  const risk = labelledAt('Risk', content, reader);
  const workedIf = labelledAt('Worked if', content, reader);
  if (summary === undefined)
    reader.problems.report('Unexpected start, expected a sentence that says what the fix does', fence);
  for (const [label, sentence] of [
    ['Risk', risk],
    ['Worked if', workedIf],
  ] as const)
    if (sentence === undefined)
      reader.problems.report(`Unexpected end, expected a paragraph "${label}: …" below the fix`, fence);
  if (summary === undefined || risk === undefined || workedIf === undefined) return undefined;
  return { remediation, params, summary, risk, workedIf };
}

function knownRemediation(id: string, fence: Located, { problems }: Reader): RemediationId | undefined {
  if (isRemediationId(id)) return id;
  const expected = nearest(id, Object.keys(remediations), 1)[0] ?? Object.keys(remediations).join(', ');
  problems.report(`Unexpected remediation ${id}, expected ${expected}`, fence, fence.text.indexOf(id));
  return undefined;
}

function checkParams(
  given: readonly string[],
  wanted: readonly string[],
  fence: Located,
  { problems }: Reader,
): void {
  const start = fence.text.indexOf('params');
  for (const name of given.filter((one) => !wanted.includes(one)))
    problems.report(
      `Unexpected parameter ${name}, expected ${wanted.join(', ')}`,
      fence,
      fence.text.indexOf(`${name}:`, start),
    );
  for (const name of wanted.filter((one) => !given.includes(one)))
    problems.report(`Unexpected end, expected the parameter ${name}`, fence);
}
