import type { MessagePlace } from './records.ts';

/** Where people open a message; `workspaceUrl` as `https://acme.slack.com/`. */
export function permalink(workspaceUrl: string, { channel, ts }: MessagePlace): string {
  return new URL(`/archives/${channel}/p${ts.replace('.', '')}`, workspaceUrl).href;
}
