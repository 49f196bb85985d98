import { nearest } from '../../core/text.ts';
import type { Fault } from '../../lab/faults/fault.ts';
import { faults } from '../../lab/faults/index.ts';
import { CliError } from '../error.ts';

/** The fault of this name; a CliError that names the nearest where there is none. */
export function faultNamed(name: string): Fault {
  const found = faults.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    faults.map(({ id }) => id),
  );
  const hint = near.length > 0 ? `. Did you mean ${near.join(' or ')}?` : '; netcheck lab list names them';
  throw new CliError(`There is no fault ${name}${hint}`, 2);
}

/** A size that the fault can have, in its own unit. */
export function sizeNamed(fault: Fault | undefined, text: string): number {
  const size = fault?.size;
  if (fault === undefined || size === undefined)
    throw new CliError(`Unexpected --size, ${fault?.id ?? 'this'} has none`, 2);
  const number = Number(text);
  const { lowest = Number.MIN_VALUE, highest = Infinity } = size;
  if (number >= lowest && number <= highest) return number;
  const least = size.lowest === undefined ? '' : `, ${lowest} at least`;
  const most = highest === Infinity ? '' : `, ${highest} at most`;
  throw new CliError(
    `Unexpected --size "${text}", expected ${size.of}, as in ${size.least}${least}${most}`,
    2,
  );
}

/** A whole number from a flag. */
export function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new CliError(`Unexpected ${flag} "${text}", expected ${least} to ${most}`, 2);
}

export function textOrJson(output: string): 'text' | 'json' {
  if (output === 'text' || output === 'json') return output;
  throw new CliError(`Unexpected output "${output}", expected text or json`, 2);
}
