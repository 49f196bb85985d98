import * as z from 'zod';
import type { RemediationId } from '../remediation/kinds.ts';
import { nearest } from '../text.ts';
import { blocksOf, changeFields, placeOf, readChange, type ChangeTemplate } from './change-block.ts';
import type { Section } from './markdown.ts';
import type { Located } from './problem.ts';
import type { Reader } from './rules.ts';
import { parseSentence, type Sentence } from './sentence.ts';

/** What one cause or another makes of a trial. */
interface Expectation {
  readonly cause: string;
  readonly then: Sentence;
}

/** A change of one workload or one node for some minutes, which settles a cause that would stand otherwise. */
export interface Trial extends ChangeTemplate {
  readonly seconds: number;
  readonly expect: readonly Expectation[];
  /** What speaks for its own cause. */
  readonly workedIf: Sentence;
}

/** What is back as it was once it is taken back, and touches one workload or one node. */
const triable: readonly RemediationId[] = ['pod-annotation', 'pod-dns-option', 'cordon'];

const minutes = 'Unexpected value, expected minutes from 1 to 30';
const Block = z.strictObject({
  ...changeFields,
  minutes: z.int({ error: minutes }).min(1, { error: minutes }).max(30, { error: minutes }),
  expect: z.array(z.strictObject({ cause: z.string(), then: z.string() })),
});

/** Which causes a trial may speak of: its own, which it has to, and those that are known, where that can be told. */
interface Causes {
  readonly own: string;
  readonly known: ReadonlySet<string> | undefined;
}

/** `## Trial`: a sentence that says what it does, a `yaml trial` block, and a paragraph `Risk: …`. */
export function readTrial(section: Section | undefined, causes: Causes, reader: Reader): Trial | undefined {
  if (section === undefined) return undefined;
  const [block, second] = blocksOf(section, 'trial');
  if (block === undefined)
    reader.problems.report('Unexpected empty section, expected a yaml trial block', section.title);
  if (second !== undefined)
    reader.problems.report('Unexpected second trial, expected one at most', second.fence);
  const read = block && readChange(block, Block, triable, reader);
  if (block === undefined || read === undefined) return undefined;
  const { said, document, change } = read;
  const expect = said.expect.map(({ cause }, index) => {
    checkCause(placeOf(block, document, ['expect', index, 'cause']), causes, reader);
    const then = placeOf(block, document, ['expect', index, 'then']);
    return { cause, then: parseSentence(then, reader.language, reader.problems) };
  });
  const own = expect.find(({ cause }) => cause === causes.own);
  if (own === undefined)
    reader.problems.report(`Unexpected end, expected what would speak for ${causes.own}`, block.fence);
  return change && own && { ...change, seconds: said.minutes * 60, expect, workedIf: own.then };
}

function checkCause(cause: Located, { own, known }: Causes, { problems }: Reader): void {
  if (cause.text === own || known === undefined || known.has(cause.text)) return;
  const [meant = own] = nearest(cause.text, [...known], 1);
  problems.report(`Unexpected cause ${cause.text}, expected ${meant}`, cause);
}
