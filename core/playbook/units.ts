import type { ASTNode } from '@marcbachmann/cel-js';
import type { FormatName } from '../format.ts';
import { typeOf, type Declarations } from './explain.ts';
import { functionsFor } from './vocabulary/functions.ts';
import { types } from './vocabulary/types.ts';
import type { Call, UnitOf } from './vocabulary/words.ts';

/** What is known of a piece of an expression: its type, and what its numbers are counted in. */
interface Measured {
  readonly type?: string;
  readonly unit?: FormatName;
}

type Report = (message: string, offset: number) => void;
type Names = ReadonlyMap<string, Measured>;

const functions = functionsFor(() => undefined);
/** Units that say nothing about what is counted. */
const open: ReadonlySet<string> = new Set(['text', 'number']);
const comparisons: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=']);
const macros: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

/**
 * What the value of a type-checked expression is counted in, where that can be told. Seconds that are compared with or
 * added to a count are reported: such a rule has a meaning for the machine only.
 */
export function unitOf(ast: ASTNode, declarations: Declarations, report: Report): FormatName | undefined {
  const names = new Map<string, Measured>();
  for (const [name, declared] of declarations) {
    const type = typeOf(declared);
    const unit = declared.unit === undefined || open.has(declared.unit) ? undefined : declared.unit;
    if (type !== undefined) names.set(name, { type, ...(unit !== undefined && { unit }) });
  }
  return measure(ast, names, report).unit;
}

function measure(node: ASTNode, names: Names, report: Report): Measured {
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- what is left has two sides
  switch (node.op) {
    case 'id':
      return names.get(node.args) ?? {};
    case 'value':
      return {};
    case '.':
      return field(measure(node.args[0], names, report), node.args[1]);
    case 'call':
      return called(functions[node.args[0]], {}, node.args[1], names, report);
    case 'rcall':
      return method(node, names, report);
    case '[]':
      return element(measure(node.args[0], names, report));
    case '?:': {
      const [condition, yes, no] = node.args;
      measure(condition, names, report);
      return same(node, measure(yes, names, report), measure(no, names, report), report);
    }
    case '-_':
      return measure(node.args, names, report);
    case '!_':
      measure(node.args, names, report);
      return {};
    case 'list':
      node.args.forEach((one) => measure(one, names, report));
      return {};
    default:
      return binary(node, names, report);
  }
}

function binary(node: ASTNode, names: Names, report: Report): Measured {
  if (!isPair(node.args)) return {};
  const [left, right] = [measure(node.args[0], names, report), measure(node.args[1], names, report)];
  if (node.op === '+' || node.op === '-') return same(node, left, right, report);
  if (comparisons.has(node.op)) same(node, left, right, report);
  else if (node.op === '*') return product(left, right);
  else if (node.op === '/') return quotient(left, right);
  return {};
}

function isPair(args: unknown): args is readonly [ASTNode, ASTNode] {
  return Array.isArray(args) && args.length === 2;
}

function same(node: ASTNode, left: Measured, right: Measured, report: Report): Measured {
  if (left.unit !== undefined && right.unit !== undefined && left.unit !== right.unit)
    report(`Unexpected ${right.unit}, expected ${left.unit} as on the left of ${node.op}`, node.pos);
  return left.unit === undefined ? right : left;
}

/** A share of something is that thing; any other product has no name here. */
function product(left: Measured, right: Measured): Measured {
  if (left.unit === undefined || left.unit === 'percent') return right;
  return right.unit === undefined || right.unit === 'percent' ? left : {};
}

/** Of two counts it is a share; by a bare number it may be anything: a half, or a rate. */
function quotient(left: Measured, right: Measured): Measured {
  return left.unit !== undefined && left.unit === right.unit ? { unit: 'percent' } : {};
}

function field(of: Measured, name: string): Measured {
  const found = types[of.type ?? '']?.fields[name];
  return found === undefined ? {} : measured(found.type, found.unit, of);
}

function method(node: Extract<ASTNode, { op: 'rcall' }>, names: Names, report: Report): Measured {
  const [name, receiver, args] = node.args;
  const of = measure(receiver, names, report);
  const [variable, body] = args;
  if (macros.has(name) && variable?.op === 'id' && body !== undefined) {
    measure(body, new Map([...names, [variable.args, element(of)]]), report);
    return name === 'filter' ? of : {};
  }
  return called(types[of.type ?? '']?.methods[name], of, args, names, report);
}

function called(
  call: Call | undefined,
  receiver: Measured,
  args: readonly ASTNode[],
  names: Names,
  report: Report,
): Measured {
  for (const [index, arg] of args.entries()) {
    const given = measure(arg, names, report);
    const wanted = call?.args[index];
    if (wanted?.unit !== undefined && given.unit !== undefined && wanted.unit !== given.unit)
      report(`Unexpected ${given.unit}, expected ${wanted.unit} as ${wanted.name}`, arg.range.start);
  }
  return call === undefined ? {} : measured(call.returns, call.unit, receiver);
}

function measured(type: string, unit: UnitOf, of: Measured): Measured {
  const counted = unit === 'own' ? of.unit : unit;
  return { type, ...(counted !== undefined && { unit: counted }) };
}

/** `list<Series>` of seconds → a Series of seconds. */
function element(of: Measured): Measured {
  const inner = /^list<(.*)>$/.exec(of.type ?? '')?.[1];
  return inner === undefined ? {} : { ...of, type: inner };
}
