import {
  isAlias,
  isCollection,
  isNode,
  isPair,
  visit,
  type Document,
  type Node,
  type ToJSOptions,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import * as z from 'zod';
import { nearest } from '../text.ts';

/** A mistake in a YAML text, and how many characters into it. */
export interface YamlMistake {
  readonly message: string;
  readonly offset: number;
}

const hints: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY:
    'Unexpected ": " or indentation, expected quotes around a text with ": ", and the keys of one map in one column',
  DUPLICATE_KEY: 'Unexpected second key of this name, expected each once',
};

/** What is wrong with a text that is no YAML: the first mistake, which makes all that follow. */
export function mistakeOf(error: Pick<YAMLError, 'code' | 'message' | 'pos'>, text: string): YamlMistake {
  const [at] = error.pos;
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const [line = ''] = text.slice(start).split('\n');
  const tab = /^ *\t/.exec(line)?.[0].indexOf('\t');
  if (tab !== undefined) return { message: 'Unexpected tab, expected spaces', offset: start + tab };
  const glued = /\*[^\s,:]+(?=: )/.exec(line);
  if (glued !== null) return { message: spaceAfter(glued[0]), offset: start + glued.index };
  if (/same column|without - indicator/.test(error.message))
    return { message: 'Unexpected indentation, expected the keys of one map in one column', offset: at };
  return { message: hints[error.code] ?? error.message, offset: at };
}

function spaceAfter(alias: string): string {
  return `Unexpected ${alias}: as a key, expected a space before its colon, as in ${alias} : 1`;
}

/** Aliases of nothing or of what they are part of, and maps that were to be merged in and are not. */
export function aliasMistakes(document: Document): YamlMistake[] {
  // In the order of the text, as an alias means the last anchor above it: Alias.resolve() reads all of the text each time.
  const anchored = new Map<string, Node>();
  const mistakes: YamlMistake[] = [];
  visit(document, {
    Value(_, node) {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
    },
    Alias(_, alias, path) {
      const { source } = alias;
      const target = anchored.get(source);
      if (target !== undefined && path.includes(target))
        mistakes.push({
          message: `Unexpected *${source} within &${source}, expected it outside: this would never end`,
          offset: alias.range?.[0] ?? 0,
        });
      if (target !== undefined) return;
      const [meant] = nearest(source, [...anchored.keys()], 1);
      const name = source.replace(/:$/, '');
      const expected = meant === undefined ? `an anchor &${source} above it` : `*${meant}`;
      mistakes.push({
        message: name === source ? `Unexpected *${source}, expected ${expected}` : spaceAfter(`*${name}`),
        offset: alias.range?.[0] ?? 0,
      });
    },
    Pair(_, { key }) {
      if (!isAlias(key) || !isCollection(anchored.get(key.source))) return;
      mistakes.push({
        message: `Unexpected *${key.source} as a key, expected <<: *${key.source}`,
        offset: key.range?.[0] ?? 0,
      });
    },
  });
  return mistakes;
}

/** What cannot be made a value, as aliases of aliases of aliases: said of the innermost list or map that cannot. */
export function conversionMistake(document: Document, options: ToJSOptions, error: unknown): YamlMistake {
  const fails = (one: YAMLMap | YAMLSeq): boolean => {
    try {
      one.toJS(document, options);
      return false;
    } catch {
      return true;
    }
  };
  let culprit = isCollection(document.contents) ? document.contents : undefined;
  for (let inner = culprit; inner !== undefined; culprit = inner ?? culprit)
    inner = collectionsIn(inner).find(fails);
  const said = error instanceof Error ? error.message : String(error);
  return {
    message: `Unexpected value, expected one that can be read: ${said}`,
    offset: culprit?.range?.[0] ?? 0,
  };
}

function collectionsIn({ items }: YAMLMap | YAMLSeq): (YAMLMap | YAMLSeq)[] {
  return items.map((item) => (isPair(item) ? item.value : item)).filter((item) => isCollection(item));
}

/** What does not fit a schema. What several places share by an anchor is said once, where it is written. */
export function schemaMistakes(
  document: Document,
  schema: unknown,
  issues: readonly z.core.$ZodIssue[],
): YamlMistake[] {
  const said = new Set<string>();
  return issues.flatMap((issue) => {
    const { offset, there } = placeOf(document, issue);
    const message = describe(issue, schema, there);
    const tail = message.replace(/\b\d+\./g, '');
    // What stands elsewhere came by an alias or a merge.
    if (said.has(tail) && !there && !isMissing(issue)) return [];
    said.add(tail);
    return [{ message, offset }];
  });
}

function describe(issue: z.core.$ZodIssue, schema: unknown, there: boolean): string {
  const path = issue.path.join('.');
  const where = path === '' ? '' : ` at ${path}`;
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    const [meant] = nearest(issue.keys[0] ?? '', known, 1);
    const expected = meant ?? known.join(', ');
    return `Unexpected ${issue.keys.join(', ')}${where}${expected === '' ? '' : `, expected ${expected}`}`;
  }
  if (isMissing(issue))
    return issue.message.replace(typed, (_, type: string) => `Unexpected end, expected ${path} (${type})`);
  const expected = issue.message.replace(/^Invalid \w+: (expected )?/, '');
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String).join(', ');
    return there
      ? `Unexpected value, expected one of ${values}${where}`
      : `Unexpected end, expected ${path}: one of ${values}`;
  }
  const said = typed.test(issue.message)
    ? issue.message.replace(typed, 'Unexpected $2, expected $1')
    : expected === issue.message
      ? expected
      : `Unexpected value, expected ${expected}`.replace('expected must', 'must');
  return `${said}${where}`;
}

const typed = /^Invalid input: expected (.*), received (.*)$/;

function isMissing({ message }: z.core.$ZodIssue): boolean {
  return message.endsWith(', received undefined');
}

/** The keys that a schema knows somewhere within it. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const [first, ...rest] = path;
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return keysAt(schema.unwrap(), path);
  if (schema instanceof z.ZodArray && first !== undefined) return keysAt(schema.element, rest);
  if (schema instanceof z.ZodRecord && first !== undefined) return keysAt(schema.valueType, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  return first === undefined ? Object.keys(schema.shape) : keysAt(schema.shape[String(first)], rest);
}

/** Where the value stands that is wrong, or, of one that is not there itself, the nearest that holds it. */
function placeOf(document: Document, issue: z.core.$ZodIssue): { offset: number; there: boolean } {
  const path = [...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const holder: unknown = document.getIn(path, true);
    const pair = isCollection(holder)
      ? holder.items.find((item) => isPair(item) && String(item.key) === issue.keys[0])
      : undefined;
    if (isPair(pair) && isNode(pair.key) && pair.key.range) return { offset: pair.key.range[0], there: true };
  }
  for (let there = issue.code !== 'unrecognized_keys'; ; there = false) {
    if (path.length === 0) return { offset: 0, there };
    const node: unknown = document.getIn(path, true);
    if (isNode(node) && node.range) return { offset: node.range[0], there: there && !isAlias(node) };
    path.pop();
  }
}
