import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Scalar,
} from 'yaml';
import type * as z from 'zod';
import { pieceOf, type Located, type Problems } from './problem.ts';
import {
  aliasMistakes,
  conversionMistake,
  mistakeOf,
  schemaMistakes,
  type YamlMistake,
} from './yaml-mistakes.ts';

/** A YAML text as read: its values, and its nodes for whoever has to know where each of them stands. */
export interface ReadYaml<T> {
  readonly data: T;
  readonly document: Document;
}

/** Reads a YAML text into what the schema describes; mistakes are reported at their line and column. */
export function parseYaml<T>(source: Located, schema: z.ZodType<T>, problems: Problems): T | undefined {
  return readYaml(source, schema, problems)?.data;
}

/** Anchors are used again and again in a table of cases; beyond this it is no table any more. */
const maxAliasCount = 10_000;

export function readYaml<T>(
  source: Located,
  schema: z.ZodType<T>,
  problems: Problems,
): ReadYaml<T> | undefined {
  const document = parseDocument(source.text, { prettyErrors: false, merge: true });
  const report = ({ message, offset }: YamlMistake): void => {
    problems.report(message, source, offset);
  };
  const value = valueOf(document, source.text);
  if ('mistakes' in value) {
    value.mistakes.forEach(report);
    return undefined;
  }
  const parsed = schema.safeParse(value.data);
  if (parsed.success) return { data: parsed.data, document };
  schemaMistakes(document, schema, parsed.error.issues).forEach(report);
  return undefined;
}

function valueOf(
  document: Document.Parsed,
  text: string,
): { readonly data: unknown } | { readonly mistakes: readonly YamlMistake[] } {
  const [error] = document.errors;
  const mistakes = error === undefined ? aliasMistakes(document) : [mistakeOf(error, text)];
  if (mistakes.length > 0) return { mistakes };
  try {
    return { data: document.toJS({ maxAliasCount }) };
  } catch (thrown) {
    return { mistakes: [conversionMistake(document, { maxAliasCount }, thrown)] };
  }
}

export interface YamlEntry {
  readonly key: Scalar;
  readonly value: Node;
  /** It comes from a map that `<<` merges in. */
  readonly merged: boolean;
}

/** The entries of a map, those that `<<` merges in before its own; an own one of the same key takes its place. */
export function entriesOf(document: Document, node: unknown): YamlEntry[] {
  const map = resolved(document, node);
  if (!isMap(map)) return [];
  const entries = new Map<unknown, YamlEntry>();
  const own: YamlEntry[] = [];
  for (const item of map.items) {
    const key = resolved(document, item.key);
    const target = resolved(document, item.value);
    if (!isScalar(key)) continue;
    if (key.source === '<<' && key.type === 'PLAIN') {
      for (const source of isSeq(target) ? target.items : [target])
        for (const entry of entriesOf(document, source))
          if (!entries.has(entry.key.value)) entries.set(entry.key.value, { ...entry, merged: true });
    } else if (target !== undefined) own.push({ key, value: target, merged: false });
  }
  for (const entry of own) entries.set(entry.key.value, entry);
  return [...entries.values()];
}

function resolved(document: Document, node: unknown): Node | undefined {
  if (!isAlias(node)) return isNode(node) ? node : undefined;
  // Of several anchors of one name the last before the alias is meant.
  return anchorsOf(document)
    .get(node.source)
    ?.findLast((one) => startOf(one) < startOf(node));
}

const anchors = new WeakMap<Document, ReadonlyMap<string, Node[]>>();

/** The anchored nodes of a document by their names, found once: `Alias.resolve` walks the whole document each time. */
function anchorsOf(document: Document): ReadonlyMap<string, Node[]> {
  const known = anchors.get(document);
  if (known !== undefined) return known;
  const found = new Map<string, Node[]>();
  visit(document, {
    Value: (_, node) => {
      if (node.anchor !== undefined) found.set(node.anchor, [...(found.get(node.anchor) ?? []), node]);
    },
  });
  anchors.set(document, found);
  return found;
}

function startOf({ range }: Node): number {
  return range?.[0] ?? 0;
}

/** The text of a scalar and where it begins: behind its quote, if it has one. */
export function textOf(source: Located, scalar: Scalar): Located {
  const quoted = scalar.type === 'QUOTE_SINGLE' || scalar.type === 'QUOTE_DOUBLE';
  return pieceOf(source, startOf(scalar) + (quoted ? 1 : 0), scalar.source);
}
