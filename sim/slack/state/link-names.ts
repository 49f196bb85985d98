import type { Workspace } from './workspace.ts';

/** Turns `@name`, `@here` and `#channel` into mentions, as Slack does for typed text and on request for an app's. */
export function linkNames(text: string, { users, channels }: Workspace): string {
  return text
    .replace(/(^|[\s(])@([\w.-]+)/g, (whole, before: string, name: string) => {
      if (['channel', 'here', 'everyone'].includes(name)) return `${before}<!${name}>`;
      const user = [...users.values()].find((each) => each.name === name);
      return user === undefined ? whole : `${before}<@${user.id}>`;
    })
    .replace(/(^|[\s(])#([\w-]+)/g, (whole, before: string, name: string) => {
      const channel = [...channels.values()].find((each) => each.name === name);
      return channel === undefined ? whole : `${before}<#${channel.id}|${name}>`;
    });
}
