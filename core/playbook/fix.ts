import * as z from 'zod';
import { RemediationId } from '../remediation/kinds.ts';
import { blocksOf, changeFields, paragraphOf, readChange, type ChangeTemplate } from './change-block.ts';
import type { Section } from './markdown.ts';
import type { Reader } from './rules.ts';
import type { Sentence } from './sentence.ts';

/** A change that would mend a cause, what may go wrong with it, and how one sees that it helped. */
export interface Fix extends ChangeTemplate {
  readonly workedIf: Sentence;
}

const Block = z.strictObject(changeFields);

/**
 * `## Fix`: prose; what netcheck can propose is a `yaml fix` block, below the sentence that says what it does, above
 * paragraphs `Risk: …` and `Worked if: …`. There may be several, the narrowest first.
 */
export function readFixes(section: Section | undefined, reader: Reader): Fix[] {
  return blocksOf(section, 'fix').flatMap((block) => {
    const read = readChange(block, Block, RemediationId.options, reader);
    const workedIf = read && paragraphOf('Worked if', block, reader);
    return read?.change === undefined || workedIf === undefined ? [] : [{ ...read.change, workedIf }];
  });
}
