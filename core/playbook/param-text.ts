import type { Scalar } from 'yaml';
import type { Observation } from '../evidence.ts';
import { isPlain } from '../remediation/shell.ts';
import { pieceOf, type Located } from './problem.ts';
import type { Reader } from './rules.ts';
import { parseSentence, type Sentence } from './sentence.ts';
import type { Context } from './vocabulary/context.ts';
import { textOf } from './yaml.ts';

/** What a parameter of a remediation is set to: text with holes. */
export interface ParamText {
  /** The whole of it, where it has no holes. */
  readonly literal?: string;
  /** Names of the evidence it reads. */
  readonly reads: readonly string[];
  /** Names of the terms it uses. */
  readonly terms: readonly string[];
  /** Nothing where a hole has no value. */
  readonly fill: (observations: ReadonlyMap<string, Observation>, context: Context) => string | undefined;
}

/** A text as it stands in its block; of a `|` block its lines with their indentation, so that offsets hold. */
export function writtenAt(fence: Located, scalar: Scalar): Located {
  const [start, end] = scalar.range ?? [0, 0];
  if (scalar.type !== 'BLOCK_LITERAL') return textOf(fence, scalar);
  const first = fence.text.indexOf('\n', start) + 1;
  return pieceOf(fence, first, fence.text.slice(first, end));
}

/** One value, in one line. */
export function parseValue(fence: Located, scalar: Scalar, { language, problems }: Reader): ParamText {
  const { text, reads, terms, render } = parseSentence(writtenAt(fence, scalar), language, problems);
  return {
    ...(!/[{}]/.test(text) && { literal: text }),
    reads,
    terms,
    fill: (observations, context) => {
      const said = render(observations, context);
      return said === '' || said.includes('(unknown)') ? undefined : said;
    },
  };
}

/**
 * Commands for a person to type: text with holes, kept line by line and space by space. As JSON and shells are full of
 * braces, `{{` and `}}` stand for one each. A hole is filled with plain words only: what a shell would take for more than
 * a word makes no command at all, since somebody in a hurry would paste it.
 */
export function parseCommands(fence: Located, scalar: Scalar, reader: Reader): ParamText {
  const parts = linesOf(fence, scalar).flatMap((line, index) => [
    ...(index > 0 ? ['\n'] : []),
    ...partsOf(line, reader),
  ]);
  const holes = parts.filter((part) => typeof part !== 'string');
  return {
    ...(holes.length === 0 && { literal: parts.filter((part) => typeof part === 'string').join('') }),
    reads: holes.flatMap(({ reads }) => reads),
    terms: holes.flatMap(({ terms }) => terms),
    fill: (observations, context) => {
      const said = parts.map((part) =>
        typeof part === 'string' ? part : part.render(observations, context),
      );
      const isSafe = said.every((text, index) => typeof parts[index] === 'string' || isPlain(text));
      return isSafe ? said.join('') : undefined;
    },
  };
}

/** The lines of a text without their common indentation, each where it stands. */
function linesOf(fence: Located, scalar: Scalar): Located[] {
  const whole = writtenAt(fence, scalar);
  const lines = whole.text.trimEnd().split('\n');
  const indent = (lines[0] ?? '').search(/[^ ]|$/);
  const starts = lines.map((_, index) =>
    lines.slice(0, index).reduce((sum, { length }) => sum + length + 1, 0),
  );
  return lines.map((line, index) => pieceOf(whole, (starts[index] ?? 0) + indent, line.slice(indent)));
}

function partsOf(line: Located, reader: Reader): (string | Sentence)[] {
  const parts: (string | Sentence)[] = [];
  let end = 0;
  const say = (text: string): void => {
    const brace = text.search(/[{}]/);
    if (brace !== -1) {
      const sign = text.charAt(brace);
      reader.problems.report(
        `Unexpected ${sign}, expected ${sign}${sign} for one brace, or a whole hole, as in {target.service}`,
        line,
        end + brace,
      );
    }
    parts.push(text);
  };
  for (const match of line.text.matchAll(/\{\{|\}\}|\{[^{}]*\}/g)) {
    const [found] = match;
    say(line.text.slice(end, match.index));
    end = match.index + found.length;
    const hole = pieceOf(line, match.index, found);
    parts.push(
      found === '{{' || found === '}}'
        ? found.charAt(0)
        : parseSentence(hole, reader.language, reader.problems),
    );
  }
  say(line.text.slice(end));
  return parts;
}
