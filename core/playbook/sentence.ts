import type { Observation } from '../evidence.ts';
import { formatNames, formatValue, isFormatName, type FormatName } from '../format.ts';
import { compile, type Expression, type Language } from './cel.ts';
import type { Context } from './vocabulary/context.ts';
import type { Located, Problems } from './problem.ts';

/** A sentence with holes: `{slow.max | percent} of connects took 1 s or longer`. */
export interface Sentence {
  /** As it was written, on one line. */
  readonly text: string;
  /** Names of the evidence it reads. */
  readonly reads: readonly string[];
  /** Names of the terms it uses. */
  readonly terms: readonly string[];
  readonly render: (observations: ReadonlyMap<string, Observation>, context: Context) => string;
}

type Part = string | { readonly expression: Expression; readonly format: FormatName };

/** Parses a sentence; each hole is a CEL expression with an optional ` | format`; without one its unit says how it is printed. */
export function parseSentence(source: Located, language: Language, problems: Problems): Sentence {
  const parts: Part[] = [];
  let end = 0;
  const say = (text: string): void => {
    const brace = text.search(/[{}]/);
    if (brace !== -1)
      problems.report(
        `Unexpected ${text.charAt(brace)}, expected a whole hole, as in {drops.max | count}`,
        source,
        end + brace,
      );
    parts.push(text);
  };
  for (const match of source.text.matchAll(/\{[^{}]*\}/g)) {
    say(source.text.slice(end, match.index));
    if (source.text[match.index - 1] === '$')
      problems.report('Unexpected $ before a hole, expected {…} alone', source, match.index - 1);
    end = match.index + match[0].length;
    const hole = parseHole(match[0].slice(1, -1), match.index + 1, source, language, problems);
    if (hole !== undefined) parts.push(hole);
  }
  say(source.text.slice(end));
  const holes = parts.flatMap((part) => (typeof part === 'string' ? [] : part.expression));
  const reads = holes.flatMap((hole) => hole.reads);
  const terms = holes.flatMap((hole) => hole.terms);
  const text = source.text.replace(/\s+/g, ' ').trim();
  return { text, reads, terms, render: (observations, context) => render(parts, observations, context) };
}

function parseHole(
  hole: string,
  offset: number,
  source: Located,
  language: Language,
  problems: Problems,
): Part | undefined {
  const bar = /\s?(?<!\|)\|\s*(\w+)\s*$/.exec(hole);
  const said = bar?.[1];
  const end = bar?.index ?? hole.length;
  if (said !== undefined && !isFormatName(said)) {
    problems.report(
      `Unexpected format ${said}, expected one of ${formatNames.join(', ')}`,
      source,
      offset + end,
    );
    return undefined;
  }
  // Padding keeps the offsets of the hole's errors those of the sentence.
  const padded = {
    ...source,
    text: blank(source.text.slice(0, offset)) + hole.slice(0, end),
  };
  const expression = compile(language, padded, 'text', problems);
  if (expression === undefined) return undefined;
  const { unit } = expression;
  if (said !== undefined && unit !== undefined && said !== unit && !plain.has(said))
    problems.report(
      `Unexpected format ${said}, expected ${unit}, in which it is counted`,
      source,
      offset + end,
    );
  return { expression, format: said ?? unit ?? 'text' };
}

/** Formats that fit any unit: they print the bare number. */
const plain: ReadonlySet<FormatName> = new Set(['text', 'number']);

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

function render(
  parts: readonly Part[],
  observations: ReadonlyMap<string, Observation>,
  context: Context,
): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const evaluated = part.expression.evaluate(observations, context);
      return 'value' in evaluated ? formatValue(evaluated.value, part.format) : '(unknown)';
    })
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}
