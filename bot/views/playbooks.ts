import type { Origin } from '../../core/playbook/library.ts';
import { context, paginate, section, type Message } from './message.ts';
import { bold, code, fallback, line, plural, sayTime } from './text.ts';

/** `/netcheck playbooks`: what netcheck knows, where it comes from, and what is wrong with it. */

export interface ListedCause {
  readonly title: string;
  readonly origin: Origin;
}

export interface ListedSymptom extends ListedCause {
  readonly id: string;
  readonly causes: readonly ListedCause[];
}

export interface ListedPlaybooks {
  readonly symptoms: readonly ListedSymptom[];
  /** Causes that no symptom leads to. */
  readonly unreached: readonly ListedCause[];
  readonly version: string;
  /** Since when they are in force, unix milliseconds. */
  readonly since: number;
  /** What is wrong with the files as they are now, as `file:line:col Unexpected X`. */
  readonly problems: readonly string[];
}

/** Slack takes five more messages for a command after its acknowledgement; nobody reads that many. */
const mostMessages = 5;
const mostProblems = 10;

const marks: Readonly<Record<Origin, string>> = {
  shipped: '',
  added: ' · _own_',
  overriding: ' · _own, instead of the shipped one_',
};

/** As few messages as hold the list; the first has what is wrong. */
export function playbooksMessages(listed: ListedPlaybooks): readonly [Message, ...Message[]] {
  const { symptoms, version, since } = listed;
  const pages = paginate(linesOf(listed));
  const shown = pages.slice(0, mostMessages);
  const text = fallback(`Symptoms: ${symptoms.map(({ id }) => id).join(', ')}`);
  const end = context(
    pages.length > shown.length
      ? 'The list goes on, and Slack has no room for it: netcheck playbooks check says what is your own.'
      : line(`Playbooks ${version}, in force since ${sayTime(since)}.`),
  );
  const [first = [section('No playbooks are loaded.')], ...rest] = shown;
  const last = rest.pop();
  const broken = problemBlocks(listed);
  if (last === undefined) return [{ text, blocks: [...broken, ...first, end] }];
  return [
    { text, blocks: [...broken, ...first] },
    ...rest.map((blocks) => ({ text, blocks })),
    { text, blocks: [...last, end] },
  ];
}

function problemBlocks({ problems, since }: ListedPlaybooks): Message['blocks'] {
  if (problems.length === 0) return [];
  const title = `⚠ ${plural(problems.length, 'mistake')}; the last good version is in force since ${sayTime(since)}:`;
  const left = problems.length - mostProblems;
  return [
    section(
      [
        bold(title),
        ...problems.slice(0, mostProblems).map((problem) => code(problem, 270)),
        ...(left > 0 ? [`… and ${left} more; the bot's log has them all.`] : []),
      ].join('\n'),
    ),
  ];
}

function linesOf({ symptoms, unreached }: ListedPlaybooks): string[] {
  return [
    ...symptoms.flatMap(({ id, title, origin, causes }) => [
      `${code(id)} ${bold(title)}${marks[origin]}`,
      ...causes.map(causeLine),
    ]),
    ...(unreached.length > 0
      ? [bold('In no symptom: nobody looks at them'), ...unreached.map(causeLine)]
      : []),
  ];
}

function causeLine({ title, origin }: ListedCause): string {
  return `• ${line(title, 200)}${marks[origin]}`;
}
