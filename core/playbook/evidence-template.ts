import type { Code } from 'mdast';
import * as z from 'zod';
import { formatNames, isFormatName, type FormatName } from '../format.ts';
import { isLookupId, lookups, type LookupId } from '../lookups.ts';
import type { Placement, ProbeId } from '../probes.ts';
import { nearest } from '../text.ts';
import { reservedNames } from './cel.ts';
import { readFence, splitSections, type Fence, type Section } from './markdown.ts';
import type { Located, Problems } from './problem.ts';
import { parseProbeCall } from './probe-call.ts';
import { checkQuery } from './promql.ts';
import { lintQuery } from './promql-lint.ts';
import { parseYaml } from './yaml.ts';

/** What a cause wants to look at; parameters such as `$service` are still open. */
export type EvidenceTemplate = { readonly name: string; readonly title: string } & (
  | {
      readonly source: 'promql';
      readonly query: string;
      readonly range: boolean;
      readonly unit: FormatName;
      /** Where it begins to hurt, in the unit of the values; drawn into charts. */
      readonly threshold?: number;
    }
  | {
      readonly source: 'cluster';
      readonly lookup: LookupId;
      readonly params: Readonly<Record<string, string>>;
    }
  | {
      readonly source: 'probe';
      readonly probe: ProbeId;
      /** Values may name `$service`, `$namespace`, `$destination` and `$called`. */
      readonly params: Readonly<Record<string, string>>;
      readonly from: readonly Placement[];
      /** Attempts of each arm at first, and how many at most, if the rules want more. */
      readonly attempts: number;
      readonly upTo: number;
    }
);

const LookupBlock = z.strictObject({ lookup: z.string() }).catchall(z.string());

/** What a section of evidence holds. */
export interface ReadEvidence {
  readonly templates: readonly EvidenceTemplate[];
  /** Where each name is declared, also of pieces that could not be read. */
  readonly places: ReadonlyMap<string, Located>;
  /** Whether all pieces have a name: else what refers to them cannot be judged. */
  readonly named: boolean;
}

/** `## Evidence`: a `###` heading a piece, named in code, with a `promql`, `yaml lookup` or `yaml probe` fence below. */
export function parseEvidence(
  section: Section | undefined,
  source: string,
  problems: Problems,
  quantiles: 'allowed' | 'refused' = 'refused',
): ReadEvidence {
  const templates: EvidenceTemplate[] = [];
  const places = new Map<string, Located>();
  const pieces = section === undefined ? [] : splitSections(section.content, 3, source).sections;
  for (const piece of pieces) {
    const name = nameOf(piece, places, problems);
    if (name === undefined) continue;
    places.set(name, piece.title);
    const template = parsePiece(name, piece, problems, quantiles);
    if (template !== undefined) templates.push(template);
  }
  if (section !== undefined && pieces.length === 0)
    problems.report(
      'Unexpected empty section, expected a "### `name` What it is" with a promql, lookup or probe block',
      section.title,
    );
  return { templates, places, named: places.size === pieces.length };
}

/** The name of a `###` section, unless it is taken or cannot be one. */
export function nameOf(
  { name, title }: Section,
  others: ReadonlyMap<string, unknown>,
  problems: Problems,
): string | undefined {
  const mistake = mistakeInName(name?.text, others);
  if (mistake === undefined) return name?.text;
  problems.report(mistake, title);
  return undefined;
}

function mistakeInName(name: string | undefined, others: ReadonlyMap<string, unknown>): string | undefined {
  if (name === undefined)
    return 'Unexpected heading, expected a name in code, as in "### `insert_failed` Lost insertions"';
  if (!/^[a-z][a-z0-9_]*$/.test(name))
    return `Unexpected name ${name}, expected small letters, digits and _, as in insert_failed`;
  if (reservedNames.has(name))
    return `Unexpected name ${name}, expected one that CEL does not keep for itself`;
  return others.has(name) ? `Unexpected second ${name}, expected a name of its own` : undefined;
}

function parsePiece(
  name: string,
  piece: Section,
  problems: Problems,
  quantiles: 'allowed' | 'refused',
): EvidenceTemplate | undefined {
  const head = { name, title: piece.title.text };
  const code = piece.content.find((node): node is Code => node.type === 'code');
  const fence = code && readFence(code);
  if (fence?.lang === 'promql') {
    checkQuery(fence, problems);
    lintQuery(fence, problems, quantiles);
    return { ...head, source: 'promql', query: fence.text, ...parseMeta(fence, problems) };
  }
  if (fence?.lang === 'yaml' && fence.meta === 'lookup') {
    const call = parseLookupCall(fence, problems);
    return call && { ...head, source: 'cluster', ...call };
  }
  if (fence?.lang === 'yaml' && fence.meta === 'probe') {
    const call = parseProbeCall(fence, problems);
    return call && { ...head, source: 'probe', ...call };
  }
  const expected = 'expected a promql, "yaml lookup" or "yaml probe" block';
  if (fence === undefined)
    problems.report(`Unexpected ${name} without a look, ${expected} below it`, piece.title);
  else
    problems.report(`Unexpected block "${`${fence.lang} ${fence.meta}`.trim()}", ${expected}`, above(fence));
  return undefined;
}

function parseLookupCall(
  fence: Located,
  problems: Problems,
): { lookup: LookupId; params: Record<string, string> } | undefined {
  const block = parseYaml(fence, LookupBlock, problems);
  if (block === undefined) return undefined;
  const { lookup, ...params } = block;
  if (!isLookupId(lookup)) {
    const [meant] = nearest(lookup, Object.keys(lookups), 1);
    const expected = meant ?? Object.keys(lookups).join(', ');
    problems.report(`Unexpected look-up ${lookup}, expected ${expected}`, fence, fence.text.indexOf(lookup));
    return undefined;
  }
  for (const name of Object.keys(lookups[lookup].params)) {
    if (!(name in params)) problems.report(`Unexpected end, expected the parameter ${name}`, fence);
  }
  for (const name of Object.keys(params)) {
    if (!(name in lookups[lookup].params)) {
      const known = Object.keys(lookups[lookup].params).join(', ');
      problems.report(
        `Unexpected parameter ${name}, expected ${known || 'none'}`,
        fence,
        fence.text.indexOf(name),
      );
    }
  }
  return { lookup, params };
}

/** What may follow `promql` on the fence: `range`, `unit=percent`, `threshold=0.25`. */
function parseMeta(
  fence: Fence,
  problems: Problems,
): { range: boolean; unit: FormatName; threshold?: number } {
  const place = above(fence);
  const said: { range: boolean; unit: FormatName; threshold?: number } = { range: false, unit: 'number' };
  for (const word of fence.meta.split(/\s+/).filter((one) => one !== '')) {
    const [name, value = ''] = word.split('=');
    if (word === 'range') said.range = true;
    else if (name === 'unit' && isFormatName(value)) said.unit = value;
    else if (name === 'unit') {
      problems.report(`Unexpected ${word}, expected unit=${nearestUnit(value)}`, place);
      break;
    } else if (name === 'threshold' && Number.isFinite(Number(value)) && value !== '')
      said.threshold = Number(value);
    else
      problems.report(
        `Unexpected ${word} after promql, expected range, unit=<unit> or threshold=<number>`,
        place,
      );
  }
  return said;
}

function nearestUnit(value: string): string {
  return nearest(value, formatNames, 1)[0] ?? formatNames.join(' | ');
}

/** The line on which a block begins. */
function above({ lang, line, column }: Fence): Located {
  return { text: lang, line: line - 1, column };
}
