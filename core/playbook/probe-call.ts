import * as z from 'zod';
import {
  isProbeId,
  mostAttempts,
  Placement,
  placements,
  probes,
  type Probe,
  type ProbeId,
} from '../probes.ts';
import { nearest } from '../text.ts';
import type { Located, Problems } from './problem.ts';
import { parseYaml } from './yaml.ts';

export interface ProbeCall {
  readonly probe: ProbeId;
  readonly params: Readonly<Record<string, string>>;
  readonly from: readonly Placement[];
  readonly attempts: number;
  readonly upTo: number;
}

/** Of each arm, unless named. */
const usualAttempts = 100;
const oneToMost = `Unexpected number, expected 1 to ${mostAttempts}`;
const Count = z.int().min(1, oneToMost).max(mostAttempts, oneToMost);
const Value = z.union([z.string(), z.number()], { error: 'Unexpected value, expected a text or a number' });

const Block = z
  .object({
    probe: z.string(),
    from: z.array(z.string()).min(1, 'Unexpected empty list, expected a place'),
    attempts: Count.optional(),
    up_to: Count.optional(),
  })
  .catchall(Value.transform(String));

/** Reads a `yaml probe` block: which probe, from where, with which parameters, how often. */
export function parseProbeCall(fence: Located, problems: Problems): ProbeCall | undefined {
  const block = parseYaml(fence, Block, problems);
  if (block === undefined) return undefined;
  const { probe, from, attempts, up_to: upTo, ...params } = block;
  const at = (word: string): number => Math.max(fence.text.indexOf(word), 0);
  if (!isProbeId(probe)) {
    const expected = nearest(probe, Object.keys(probes), 1)[0] ?? Object.keys(probes).join(', ');
    problems.report(`Unexpected probe ${probe}, expected ${expected}`, fence, at(probe));
    return undefined;
  }
  const mistakes = problems.found.length;
  for (const { message, offset } of [
    ...mistakesInPlaces(from, probes[probe], fence.text),
    ...mistakesInCounts({ attempts, upTo }, probes[probe], fence.text),
    ...mistakesInParams(params, probes[probe], fence.text),
  ])
    problems.report(message, fence, Math.max(offset, 0));
  if (problems.found.length > mistakes) return undefined;
  const { facts, params: wanted }: Probe = probes[probe];
  const first = attempts ?? (facts === undefined ? usualAttempts : 1);
  return {
    probe,
    params: Object.fromEntries(
      Object.entries(wanted).map(([name, schema]) => [name, schema.parse(params[name])]),
    ),
    from: from.filter((one): one is Placement => Placement.safeParse(one).success),
    attempts: first,
    upTo: upTo ?? first,
  };
}

interface Mistake {
  readonly message: string;
  /** Where in the block. */
  readonly offset: number;
}

function mistakesInPlaces(from: readonly string[], { facts }: Probe, text: string): Mistake[] {
  const unknown = from
    .filter((one) => !Placement.safeParse(one).success)
    .map((one) => {
      const expected = nearest(one, Object.keys(placements), 1)[0] ?? Object.keys(placements).join(', ');
      return { message: `Unexpected place ${one}, expected ${expected}`, offset: text.indexOf(one) };
    });
  const [first = '', second] = from;
  if (facts === undefined || second === undefined || unknown.length > 0) return unknown;
  const offset = text.indexOf(second, text.indexOf(first) + first.length);
  return [{ message: `Unexpected second place ${second}, expected one: it makes no comparison`, offset }];
}

function mistakesInCounts(
  { attempts, upTo }: { readonly attempts: number | undefined; readonly upTo: number | undefined },
  { facts }: Probe,
  text: string,
): Mistake[] {
  if (facts !== undefined)
    return Object.entries({ attempts, up_to: upTo }).flatMap(([name, count]) =>
      count === undefined
        ? []
        : [
            {
              message: `Unexpected ${name}, expected none: it makes no attempts`,
              offset: text.indexOf(name),
            },
          ],
    );
  const first = attempts ?? usualAttempts;
  if (upTo === undefined || upTo >= first) return [];
  const message = `Unexpected up_to ${upTo}, expected at least attempts (${first})`;
  return [{ message, offset: text.indexOf('up_to') }];
}

function mistakesInParams(
  params: Readonly<Record<string, string>>,
  { params: wanted, facts }: Probe,
  text: string,
): Mistake[] {
  const names = Object.keys(wanted);
  const others = facts === undefined ? ['from', 'attempts', 'up_to'] : ['from'];
  const unknown = Object.keys(params)
    .filter((name) => !(name in wanted))
    .map((name) => ({
      message: `Unexpected parameter ${name}, expected ${nearest(name, [...names, ...others], 1)[0] ?? (names.join(', ') || 'none')}`,
      offset: text.indexOf(name),
    }));
  const wrong = Object.entries(wanted).flatMap(([name, schema]) => {
    const value = params[name];
    if (schema.safeParse(value).success) return [];
    if (value === undefined)
      return [{ message: `Unexpected end, expected the parameter ${name}`, offset: text.indexOf('probe') }];
    const message = `Unexpected ${name} ${value}, expected ${schema.description ?? 'another value'}`;
    return [{ message, offset: placeOf(name, value, text) }];
  });
  return [...unknown, ...wrong];
}

/** Of a value behind its key: what it says may stand elsewhere as well. */
function placeOf(name: string, value: string, text: string): number {
  const key = text.search(new RegExp(String.raw`(?<![\w-])${name}\s*:`));
  return text.indexOf(value, key + name.length);
}
