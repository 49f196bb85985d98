import type { ASTNode } from '@marcbachmann/cel-js';
import { clientLabel } from '../probes.ts';
import { nearest } from '../text.ts';

/** What a declared probe's attempts can be told apart by. */
export interface Arms {
  /** Where it runs from. */
  readonly from: readonly string[];
  readonly labels: readonly string[];
}

type Report = (message: string, offset: number) => void;

/** Methods whose argument is a place that the probe runs from. */
const byPlace: ReadonlySet<string> = new Set(['from', 'besides']);
/** Methods whose first argument is a label of the probe. */
const byLabel: ReadonlySet<string> = new Set(['where', 'values', 'worst', 'worse_than', 'live_range']);

/** Reports arms that a probe does not have and labels that its attempts do not carry: such a rule never has an answer. */
export function checkArms(ast: ASTNode, probes: ReadonlyMap<string, Arms>, report: Report): void {
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    if (!isNode(node)) return;
    if (node.op === 'rcall') checkCall(node, probes, report);
    visit(node.args);
  };
  visit(ast);
}

function isNode(node: unknown): node is ASTNode {
  return typeof node === 'object' && node !== null && 'op' in node && 'args' in node;
}

function checkCall(
  { args: [method, receiver, args] }: Extract<ASTNode, { op: 'rcall' }>,
  probes: ReadonlyMap<string, Arms>,
  report: Report,
): void {
  const arms = probes.get(ownerOf(receiver) ?? '');
  const [first] = args;
  if (arms === undefined || first?.op !== 'value' || typeof first.args !== 'string') return;
  const said = first.args;
  const known = byPlace.has(method)
    ? arms.from
    : byLabel.has(method)
      ? ['to', 'error', clientLabel, ...arms.labels]
      : [said];
  if (known.includes(said)) return;
  const [meant] = nearest(said, known, 1);
  const what = byPlace.has(method) ? 'place' : 'label';
  report(`Unexpected ${what} ${said}, expected ${meant ?? known.join(', ')}`, first.range.start);
}

/** `connects` of `connects.from("pod").slower(0.9)`. */
export function ownerOf(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args;
  return node.op === 'rcall' ? ownerOf(node.args[1]) : undefined;
}
