import type { Code } from 'mdast';
import * as z from 'zod';
import { formatNames, isFormatName, type FormatName } from '../format.ts';
import { isLookupId, lookups, type LookupId } from '../lookups.ts';
import type { Placement, ProbeId } from '../probes.ts';
import { nearest } from '../text.ts';
import { reservedNames } from './cel.ts';
import { readFence, splitSections, type Section } from './markdown.ts';
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
      /** Values may name `$service`, `$namespace` and `$destination`. */
      readonly params: Readonly<Record<string, string>>;
      readonly from: readonly Placement[];
      /** Attempts of each arm at first, and how many at most, if the rules want more. */
      readonly attempts: number;
      readonly upTo: number;
    }
);

const LookupBlock = z.strictObject({ lookup: z.string() }).catchall(z.string());

/** `## Evidence`: a `###` heading a piece, named in code, with a `promql` or `yaml lookup` fence below. */
export function parseEvidence(
  section: Section | undefined,
  source: string,
  problems: Problems,
  quantiles: 'allowed' | 'refused' = 'refused',
): EvidenceTemplate[] {
  if (section === undefined) return [];
  const templates: EvidenceTemplate[] = [];
  for (const piece of splitSections(section.content, 3, source).sections) {
    const template = parsePiece(piece, problems, quantiles);
    if (template === undefined) continue;
    if (templates.some(({ name }) => name === template.name)) {
      problems.report(`Unexpected second ${template.name}, expected a name of its own`, piece.title);
    }
    templates.push(template);
  }
  if (templates.length === 0 && problems.found.length === 0) {
    problems.report(
      'Unexpected empty section, expected a "### `name` What it is" with a promql, lookup or probe block',
      section.title,
    );
  }
  return templates;
}

function parsePiece(
  piece: Section,
  problems: Problems,
  quantiles: 'allowed' | 'refused',
): EvidenceTemplate | undefined {
  if (piece.name === undefined || !/^[a-z][a-z0-9_]*$/.test(piece.name.text)) {
    problems.report(
      'Unexpected heading, expected a name in code, as in "### `insert_failed` Lost insertions"',
      piece.title,
    );
    return undefined;
  }
  if (reservedNames.has(piece.name.text)) {
    problems.report(
      `Unexpected name ${piece.name.text}, expected one that CEL does not keep for itself`,
      piece.title,
    );
    return undefined;
  }
  const head = { name: piece.name.text, title: piece.title.text };
  const code = piece.content.find((node): node is Code => node.type === 'code');
  const fence = code && readFence(code);
  if (fence?.lang === 'promql') {
    checkQuery(fence, problems);
    lintQuery(fence, problems, quantiles);
    return { ...head, source: 'promql', query: fence.text, ...parseMeta(fence.meta, piece, problems) };
  }
  if (fence?.lang === 'yaml' && fence.meta === 'lookup') {
    const call = parseLookupCall(fence, problems);
    return call && { ...head, source: 'cluster', ...call };
  }
  if (fence?.lang === 'yaml' && fence.meta === 'probe') {
    const call = parseProbeCall(fence, problems);
    return call && { ...head, source: 'probe', ...call };
  }
  problems.report(
    `Unexpected ${head.name} without a look, expected a promql, "yaml lookup" or "yaml probe" block below it`,
    piece.title,
  );
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
    if (!(name in lookups[lookup].params))
      problems.report(`Unexpected parameter ${name}`, fence, fence.text.indexOf(name));
  }
  return { lookup, params };
}

/** What may follow `promql` on the fence: `range`, `unit=percent`, `threshold=0.25`. */
function parseMeta(
  meta: string,
  piece: Section,
  problems: Problems,
): { range: boolean; unit: FormatName; threshold?: number } {
  const said: { range: boolean; unit: FormatName; threshold?: number } = { range: false, unit: 'number' };
  for (const word of meta.split(/\s+/).filter((one) => one !== '')) {
    const [name, value = ''] = word.split('=');
    if (word === 'range') said.range = true;
    else if (name === 'unit' && isFormatName(value)) said.unit = value;
    else if (name === 'unit')
      problems.report(`Unexpected unit ${value}, expected one of ${formatNames.join(', ')}`, piece.title);
    else if (name === 'threshold' && Number.isFinite(Number(value)) && value !== '')
      said.threshold = Number(value);
    else
      problems.report(
        `Unexpected ${word} after promql, expected range, unit=<unit> or threshold=<number>`,
        piece.title,
      );
  }
  return said;
}
