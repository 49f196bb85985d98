import { parseCause, type Cause } from '../../core/playbook/cause.ts';
import { formatProblem } from '../../core/playbook/problem.ts';
import type { Target } from '../../core/target.ts';
import type { Context } from '../../core/playbook/vocabulary/context.ts';

/** A rule as a test writes it: the condition alone, or with what it says. */
type RuleText = string | { readonly when: string; readonly says?: string; readonly culprit?: string };

/** The parts of a cause that a test is about; the rest is as short as it can be. */
export interface CauseParts {
  readonly id?: string;
  readonly network?: boolean;
  /** CEL over the target. */
  readonly applies?: string;
  /** Pieces made by `promql`, `lookup` and `probe`. */
  readonly evidence: readonly string[];
  /** Pieces made by `term`. */
  readonly terms?: readonly string[];
  readonly eliminated?: readonly RuleText[];
  readonly confirmed?: readonly RuleText[];
  readonly stands?: readonly RuleText[];
  readonly explains?: string;
  /** Ids. */
  readonly lookAlikes?: readonly string[];
  /** A piece as in `evidence`. */
  readonly chart?: string;
}

export function promql(name: string, query = name, meta = ''): string {
  return `### \`${name}\` The ${name}\n\n\`\`\`promql ${meta}\n${query}\n\`\`\`\n`;
}

export function lookup(name: string, yaml: string): string {
  return `### \`${name}\` The ${name}\n\n\`\`\`yaml lookup\n${yaml}\n\`\`\`\n`;
}

export function probe(name: string, yaml: string): string {
  return `### \`${name}\` The ${name}\n\n\`\`\`yaml probe\n${yaml}\n\`\`\`\n`;
}

export function term(name: string, cel: string): string {
  return `### \`${name}\` The ${name}\n\n\`\`\`cel\n${cel}\n\`\`\`\n`;
}

/** The text of `causes/<id>.md`; evidence that no rule reads is read by what is said otherwise. */
export function causeText(parts: CauseParts): string {
  const { id = 'one', network = true, evidence, lookAlikes = [] } = parts;
  const applies = parts.applies === undefined ? '' : `applies: ${parts.applies}\n`;
  const sections = {
    Evidence: evidence.join('\n'),
    Terms: parts.terms?.join('\n'),
    'Eliminated when': rulesText(parts.eliminated ?? ['false']),
    'Confirmed when': rulesText(parts.confirmed ?? ['false']),
    'Stands when': parts.stands && rulesText(parts.stands),
    Explains: parts.explains && rulesText([parts.explains]),
    'Look-alikes': lookAlikes.map((one) => `- [${one}](${one}.md)`).join('\n'),
    Chart: parts.chart,
  };
  const text = Object.entries(sections)
    .filter(([, content]) => content !== undefined && content !== '')
    .map(([title, content]) => `## ${title}\n\n${content ?? ''}\n`)
    .join('\n');
  const names = evidence.flatMap((piece) =>
    [...piece.matchAll(/^### `(\w+)`/gm)].map(([, name]) => name ?? ''),
  );
  const rules = text.slice(text.indexOf(parts.terms === undefined ? '## Eliminated when' : '## Terms'));
  const unread = names
    .filter((name) => !new RegExp(`\\b${name}\\b`).test(rules))
    .map((name) => ` {dyn(${name}) == dyn(${name}) ? "" : ""}`)
    .join('');
  return (
    `---\nid: ${id}\ntitle: Title of ${id}\nnetwork: ${network}\n${applies}---\n\n${text}\n` +
    `## Otherwise\n\nNothing.${unread}\n\n## Cases\n\n\`\`\`yaml\n[]\n\`\`\`\n`
  );
}

export function causeOf(parts: CauseParts): Cause {
  return parsed(causeText(parts), `causes/${parts.id ?? 'one'}.md`);
}

function parsed(source: string, file: string): Cause {
  const result = parseCause(source, file);
  if ('problems' in result) throw new Error(`${result.problems.map(formatProblem).join('\n')}\n${source}`);
  return result.cause;
}

function rulesText(rules: readonly RuleText[]): string {
  return rules
    .map((rule) => (typeof rule === 'string' ? { when: rule } : rule))
    .map(({ when, says = 'So.', culprit }: { when: string; says?: string; culprit?: string }) =>
      [`\`\`\`cel\n${when}\n\`\`\``, says, ...(culprit === undefined ? [] : [`Culprit: ${culprit}`])].join(
        '\n\n',
      ),
    )
    .join('\n\n');
}

/** `cart.shop`: two pods on two nodes. */
export const target: Target = {
  namespace: 'shop',
  service: 'cart',
  workload: 'Deployment/cart',
  pods: [
    { name: 'cart-1', ready: true, node: 'node-a' },
    { name: 'cart-2', ready: true, node: 'node-b' },
  ],
  nodes: ['node-a', 'node-b'],
  type: 'ClusterIP',
  gaps: [],
};
/** 30 minutes. */
export const window = { from: 1_800_000_000, to: 1_800_001_800 };

/** What rules may read of `cart.shop`, 30 minutes long. */
export const context: Context = {
  target: {
    service: 'cart',
    namespace: 'shop',
    workload: 'Deployment/cart',
    nodes: 2,
    mesh: '',
    destination: '',
    destination_in_cluster: false,
    type: 'ClusterIP',
    pods_known: true,
  },
  window: '30 min',
  window_seconds: 1800,
  recent: '5 min',
};
