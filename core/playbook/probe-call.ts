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

const oneToMost = `Unexpected number, expected 1 to ${mostAttempts}`;
const Count = z.int().min(1, oneToMost).max(mostAttempts, oneToMost);
const Value = z.union([z.string(), z.number()], { error: 'Unexpected value, expected a text or a number' });

const Block = z
  .object({
    probe: z.string(),
    from: z.array(z.string()).min(1, 'Unexpected empty list, expected a place'),
    attempts: Count.default(100),
    up_to: Count.optional(),
  })
  .catchall(Value.transform(String));

/** Reads a `yaml probe` block: which probe, from where, with which parameters, how often. */
export function parseProbeCall(fence: Located, problems: Problems): ProbeCall | undefined {
  const block = parseYaml(fence, Block, problems);
  if (block === undefined) return undefined;
  const { probe, from, attempts, up_to: upTo = attempts, ...params } = block;
  const at = (word: string): number => Math.max(fence.text.indexOf(word), 0);
  if (!isProbeId(probe)) {
    const expected = nearest(probe, Object.keys(probes), 1)[0] ?? Object.keys(probes).join(', ');
    problems.report(`Unexpected probe ${probe}, expected ${expected}`, fence, at(probe));
    return undefined;
  }
  const known = from.filter((one): one is Placement => Placement.safeParse(one).success);
  const mistakes = problems.found.length;
  for (const one of from.filter((name) => !Placement.safeParse(name).success)) {
    const expected = nearest(one, Object.keys(placements), 1)[0] ?? Object.keys(placements).join(', ');
    problems.report(`Unexpected place ${one}, expected ${expected}`, fence, at(one));
  }
  if (upTo < attempts)
    problems.report(`Unexpected up_to ${upTo}, expected at least attempts (${attempts})`, fence, at('up_to'));
  for (const mistake of mistakesIn(params, probes[probe]))
    problems.report(mistake.message, fence, at(mistake.name));
  return problems.found.length > mistakes ? undefined : { probe, params, from: known, attempts, upTo };
}

function mistakesIn(
  params: Readonly<Record<string, string>>,
  { params: wanted }: Probe,
): { name: string; message: string }[] {
  const names = Object.keys(wanted);
  const unknown = Object.keys(params)
    .filter((name) => !(name in wanted))
    .map((name) => ({
      name,
      message: `Unexpected parameter ${name}, expected ${meantBy(name, names)}`,
    }));
  const missing = names
    .filter((name) => !(name in params) && wanted[name]?.optional === undefined)
    .map((name) => ({ name: 'probe', message: `Unexpected end, expected the parameter ${name}` }));
  const malformed = Object.entries(params).flatMap(([name, value]) => {
    const type = wanted[name]?.type;
    return type === undefined || patterns[type].test(value)
      ? []
      : [{ name: value, message: `Unexpected ${name} ${value}, expected ${examples[type]}` }];
  });
  return [...unknown, ...missing, ...malformed];
}

/** What may have been meant by a key that is none. */
function meantBy(name: string, params: readonly string[]): string {
  const [meant] = nearest(name, [...params, 'from', 'attempts', 'up_to'], 1);
  return meant ?? (params.join(', ') || 'none');
}

/** `$destination` stands for a whole address, the others for a host or a part of one. */
const variable = String.raw`\$(?:service|namespace|destination)`;
const label = String.raw`(?:${variable}|[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)`;
const host = String.raw`${label}(?:\.${label})*`;
const patterns = {
  address: new RegExp(`^(${variable}|${host}:\\d{1,5})$`),
  name: new RegExp(`^(?!.*\\$destination)${host}$`),
} as const;
const examples = {
  address: 'an address, as in $destination or example.com:443',
  name: 'a name, as in kubernetes.default.svc.cluster.local',
} as const;
