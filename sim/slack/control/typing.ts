import { linkNames } from '../state/link-names.ts';
import type { Workspace } from '../state/workspace.ts';

/** What Slack's client makes of typed text: names become mentions, everything else is escaped. */
export function encodeTyped(text: string, workspace: Workspace): string {
  const escaped = text
    .split(/(<(?:[@#!][^<>]*|https?:[^<>]*)>)/)
    .map((part, index) => (index % 2 === 1 ? part : escape(part)))
    .join('');
  return linkNames(escaped, workspace);
}

export const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
