import type { Code, RootContent } from 'mdast';
import { isAlias, isScalar, type Document } from 'yaml';
import * as z from 'zod';
import { isRemediationId, type RemediationId } from '../remediation/kinds.ts';
import { nearest } from '../text.ts';
import { compile, type Expression } from './cel.ts';
import { readFence, readParagraph, type Section } from './markdown.ts';
import { writtenAt } from './param-text.ts';
import { readParams, type Params } from './params.ts';
import type { Located } from './problem.ts';
import { labelledAt, sentenceAt, type Reader } from './rules.ts';
import type { Sentence } from './sentence.ts';
import { readYaml } from './yaml.ts';

/** A change as a playbook names it, for good or for a while. */
export interface ChangeTemplate {
  readonly remediation: RemediationId;
  readonly params: Params;
  /** Where it is worth a proposal, if not everywhere. */
  readonly when?: Expression;
  readonly summary: Sentence;
  readonly risk: Sentence;
}

/** A fenced `yaml fix` or `yaml trial`, with what stands around it. */
export interface Block {
  readonly fence: Located;
  /** The paragraph above it. */
  readonly above: RootContent | undefined;
  /** What stands between it and the next one. */
  readonly below: readonly RootContent[];
}

/** The blocks of a section that are marked so, in their order. */
export function blocksOf(section: Section | undefined, meta: string): Block[] {
  const content = section?.content ?? [];
  const marked = [...content.entries()].filter(
    (entry): entry is [number, Code] => entry[1].type === 'code' && entry[1].meta === meta,
  );
  return marked.map(([index, node], order) => ({
    fence: readFence(node),
    above: content[index - 1],
    below: content.slice(index + 1, marked[order + 1]?.[0]),
  }));
}

/** What every such block says. */
export const changeFields = {
  remediation: z.string(),
  when: z.string().optional(),
  params: z.record(z.string(), z.string()).default({}),
};

/** What a block says, with its nodes, and the change that it makes of it, unless something is wrong with that. */
export function readChange<T extends { readonly remediation: string; readonly when?: string | undefined }>(
  block: Block,
  schema: z.ZodType<T>,
  allowed: readonly RemediationId[],
  reader: Reader,
):
  { readonly said: T; readonly document: Document; readonly change: ChangeTemplate | undefined } | undefined {
  const { fence } = block;
  const read = readYaml(fence, schema, reader.problems);
  if (read === undefined) return undefined;
  const { data: said, document } = read;
  const remediation = remediationOf(said.remediation, allowed, fence, reader);
  if (remediation === undefined) return undefined;
  const params = readParams(remediation, { fence, document }, reader);
  const when =
    said.when === undefined
      ? undefined
      : compile(reader.language, placeOf(block, document, ['when']), 'rule', reader.problems);
  const summary = summaryOf(block, reader);
  const risk = paragraphOf('Risk', block, reader);
  const change = summary &&
    risk && { remediation, params, ...(when !== undefined && { when }), summary, risk };
  return { said, document, change };
}

/** A paragraph `Label: …` below a block, which has to be there. */
export function paragraphOf(label: string, { fence, below }: Block, reader: Reader): Sentence | undefined {
  const sentence = labelledAt(label, below, reader);
  if (sentence === undefined)
    reader.problems.report(`Unexpected end, expected a paragraph "${label}: …" below the block`, fence);
  return sentence;
}

function summaryOf({ fence, above }: Block, reader: Reader): Sentence | undefined {
  const isOfAnother = above?.type === 'paragraph' && isLabelled(readParagraph(above, reader.source).text);
  const sentence = isOfAnother ? undefined : sentenceAt(above, reader);
  if (sentence === undefined)
    reader.problems.report(
      'Unexpected block without a sentence, expected a paragraph above it that says what it does',
      fence,
    );
  return sentence;
}

function isLabelled(text: string): boolean {
  return text.startsWith('Risk: ') || text.startsWith('Worked if: ');
}

function remediationOf(
  id: string,
  allowed: readonly RemediationId[],
  fence: Located,
  { problems }: Reader,
): RemediationId | undefined {
  if (isRemediationId(id) && allowed.includes(id)) return id;
  const expected = nearest(id, allowed, 1)[0] ?? `one of ${allowed.join(', ')}`;
  problems.report(`Unexpected remediation ${id}, expected ${expected}`, fence, fence.text.indexOf(id));
  return undefined;
}

/** Where a text of a block stands: itself, or the block where it is no text. */
export function placeOf({ fence }: Block, document: Document, path: readonly (string | number)[]): Located {
  const node = document.getIn(path, true);
  const text = isAlias(node) ? node.resolve(document) : node;
  return isScalar(text) ? writtenAt(fence, text) : fence;
}
