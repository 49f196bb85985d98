import { parser } from '@prometheus-io/lezer-promql';
import { escapePromqlRegex, escapePromqlString } from '../escape.ts';
import { formatDuration } from '../duration.ts';
import type { Target } from '../target.ts';
import type { Located, Problems } from './problem.ts';

/** What a query may name, and where it may stand: `text` under `=`, `pattern` under `=~`, `duration` in brackets. */
const parameters = {
  service: 'text',
  namespace: 'text',
  /** The Service that a person named after `to`: the first part of its name. */
  far: 'text',
  pods: 'pattern',
  nodes: 'pattern',
  window: 'duration',
  /** The last minutes of the window: how it is now. */
  recent: 'duration',
} as const;
type Parameter = keyof typeof parameters;

/** What counts as now, in seconds: at most five minutes. */
export function recentSeconds(windowSeconds: number): number {
  return Math.min(windowSeconds, 300);
}

const placeholders = { text: 'x', pattern: 'x', duration: '5m' } as const;
/** `$1` is not one: `label_replace` writes what a group matched. */
const parameterUse = /\$([a-z_]\w*)/gi;

/** Checks a query when its playbook is loaded: its parameters are known and stand where they are escaped for; it parses. */
export function checkQuery(source: Located, problems: Problems): void {
  let known = true;
  for (const match of source.text.matchAll(parameterUse)) {
    const name = match[0].slice(1);
    if (!isParameter(name)) {
      known = false;
      const names = Object.keys(parameters).map((one) => `$${one}`);
      problems.report(`Unexpected $${name}, expected one of ${names.join(', ')}`, source, match.index);
    } else if (!standsRight(name, source.text.slice(0, match.index))) {
      problems.report(`Unexpected place of $${name}, expected ${expectedPlace(name)}`, source, match.index);
    }
  }
  if (known) checkSyntax(source, problems);
}

function standsRight(name: Parameter, before: string): boolean {
  const kind = parameters[name];
  if (kind === 'duration') return /\[\s*$/.test(before);
  return kind === 'text'
    ? /[^!=~]=\s*"$/.test(before) || /=~\s*"[^"]*$/.test(before)
    : /=~\s*"[^"]*$/.test(before);
}

function expectedPlace(name: Parameter): string {
  const kind = parameters[name];
  if (kind === 'duration') return `in brackets, as in [$${name}]`;
  return kind === 'text' ? `as the whole value, as in label="$${name}"` : `under =~, as in label=~"$${name}"`;
}

/** The query with values for its parameters, of the same length, so that offsets of errors hold. */
export function withPlaceholders(query: string): string {
  return query.replace(parameterUse, (use, name: string) =>
    isParameter(name) ? placeholders[parameters[name]].padEnd(use.length) : use,
  );
}

function checkSyntax(source: Located, problems: Problems): void {
  const filled = withPlaceholders(source.text);
  const cursor = parser.parse(filled).cursor();
  do {
    if (cursor.type.isError) {
      const found = filled.slice(cursor.from, cursor.to).trim();
      problems.report(
        `Unexpected ${found === '' ? 'end' : `"${found}"`}, expected PromQL`,
        source,
        cursor.from,
      );
      return;
    }
  } while (cursor.next());
}

/** The query for one target, every name escaped; or which parameter the target has nothing for. */
export function fillQuery(
  template: string,
  target: Target,
  windowSeconds: number,
): { query: string } | { missing: string } {
  const lists = { pods: target.pods.map(({ name }) => name), nodes: target.nodes };
  let missing: string | undefined;
  const fill = (use: string, name: string, underMatch: boolean): string => {
    if (!isParameter(name)) return use;
    if (name === 'window') return formatDuration(windowSeconds);
    if (name === 'recent') return formatDuration(recentSeconds(windowSeconds));
    if (name === 'pods' || name === 'nodes') {
      if (lists[name].length === 0) missing = name;
      return escapePromqlRegex(lists[name]);
    }
    const text = name === 'far' ? farOf(target) : target[name];
    if (name === 'far' && text === '') missing = 'far end that could be a Service';
    return underMatch ? escapePromqlRegex([text]) : escapePromqlString(text);
  };
  const query = template.replace(
    /=~\s*"(?:[^"\\]|\\.)*"|\$([a-z_]\w*)/gis,
    (use: string, name: string | undefined) =>
      name === undefined
        ? use.replace(parameterUse, (inner, one: string) => fill(inner, one, true))
        : fill(use, name, false),
  );
  return missing === undefined ? { query } : { missing };
}

/** `payments.shop.svc:443` → `payments`; an address, or a name such as `api.stripe.com`, is nobody's Service. */
function farOf({ destination = '' }: Target): string {
  const [name = '', ...rest] = destination.replace(/:\d+$/, '').split('.');
  const couldBe = /[a-z]/.test(name) && (rest.length < 2 || rest[1] === 'svc');
  return couldBe ? name : '';
}

function isParameter(name: string): name is Parameter {
  return Object.hasOwn(parameters, name);
}
