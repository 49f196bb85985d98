import type { Workspace } from '../state/workspace.ts';

/** What Slack's client makes of typed text: names become mentions, everything else is escaped. */
export function encodeTyped(text: string, { users, channels }: Workspace): string {
  const escaped = text
    .split(/(<(?:[@#!][^<>]*|https?:[^<>]*)>)/)
    .map((part, index) => (index % 2 === 1 ? part : escape(part)))
    .join('');
  return escaped
    .replace(/(^|\s)@([\w.-]+)/g, (whole, before: string, name: string) => {
      if (['channel', 'here', 'everyone'].includes(name)) return `${before}<!${name}>`;
      const user = [...users.values()].find((each) => each.name === name);
      return user === undefined ? whole : `${before}<@${user.id}>`;
    })
    .replace(/(^|\s)#([\w-]+)/g, (whole, before: string, name: string) => {
      const channel = [...channels.values()].find((each) => each.name === name);
      return channel === undefined ? whole : `${before}<#${channel.id}|${name}>`;
    });
}

export const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
