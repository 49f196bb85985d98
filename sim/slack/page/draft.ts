import type { SlashCommand, User } from './wire.ts';

export type Draft =
  | { readonly kind: 'empty' }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'command'; readonly command: string; readonly text: string }
  | { readonly kind: 'refused'; readonly why: string };

interface Surroundings {
  readonly commands: readonly SlashCommand[];
  readonly users: readonly User[];
  readonly inThread: boolean;
}

/** What Enter means for the text in a composer. The refusals are in Slack's words. */
export function readDraft(typed: string, { commands, users, inThread }: Surroundings): Draft {
  if (typed.trim() === '') return { kind: 'empty' };
  const slash = /^(\/[^\s/]+)(?:\s+([\s\S]*))?$/.exec(typed);
  const command = slash?.[1];
  if (command === undefined) return { kind: 'message', text: encodeMentions(typed.trim(), users) };
  if (!commands.some((known) => known.command === command)) {
    return {
      kind: 'refused',
      why: `\`${command}\` is not a valid command. In Slack, all messages that start with the "/" command are interpreted as commands. If you are trying to send a message and not run a command, try preceding the "/" with an empty space.`,
    };
  }
  if (inThread) return { kind: 'refused', why: `\`${command}\` is not supported in threads. Sorry!` };
  return { kind: 'command', command, text: (slash?.[2] ?? '').trim() };
}

/** Names become mentions. The workspace escapes the rest, as Slack does. */
function encodeMentions(typed: string, users: readonly User[]): string {
  return typed.replaceAll(/(^|[\s(])@([\w.-]*\w)/g, (whole, before: string, name: string) => {
    const user = users.find((each) => each.name.toLowerCase() === name.toLowerCase());
    return user === undefined ? whole : `${before}<@${user.id}>`;
  });
}

export interface Suggestion {
  readonly insert: string;
  readonly label: string;
  readonly hint: string;
}

/** What may complete the word at the caret: a command at the start, a person anywhere. */
export function suggest(
  typed: string,
  caret: number,
  { commands, users, inThread }: Surroundings,
): readonly Suggestion[] {
  const head = typed.slice(0, caret);
  if (/^\/\S*$/.test(head) && !inThread) {
    return commands
      .filter(({ command }) => command.startsWith(head))
      .map(({ command, description, usage_hint }) => ({
        insert: `${command} `,
        label: `${command} ${usage_hint}`.trim(),
        hint: description,
      }));
  }
  const word = /(?:^|[\s(])@([\w.-]*)$/.exec(head)?.[1]?.toLowerCase();
  if (word === undefined) return [];
  return users
    .filter(({ name, real_name }) => [name, real_name].some((each) => each.toLowerCase().startsWith(word)))
    .slice(0, 8)
    .map(({ name, real_name }) => ({ insert: `@${name} `, label: `@${name}`, hint: real_name }));
}

/** The text and caret after a suggestion replaced the word before the caret. */
export function complete(
  typed: string,
  caret: number,
  { insert }: Suggestion,
): { text: string; caret: number } {
  const start = typed.slice(0, caret).search(/[@/][\w.-]*$/);
  const from = start < 0 ? caret : start;
  return {
    text: typed.slice(0, from) + insert + typed.slice(caret).trimStart(),
    caret: from + insert.length,
  };
}
