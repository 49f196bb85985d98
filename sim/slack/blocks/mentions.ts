import { nodes, type Json } from './walk.ts';

const mention = /<(!channel|!here|!everyone|!subteam\^\w+|@[UW]\w+)(?:\|[^>]*)?>/g;

/**
 * Whom a message pings: `!channel`, `!here`, `!everyone`, `!subteam^S…` or a user id, each once.
 * Slack reads `<…>` in the text, in mrkdwn objects and inside markdown blocks alike; plain_text and raw_text are
 * not parsed.
 */
export function notifies(text: string, blocks: readonly Json[] = []): string[] {
  const found = new Set(inText(text));
  for (const node of nodes(blocks)) for (const whom of inNode(node)) found.add(whom);
  return [...found];
}

function inText(text: string): string[] {
  return [...text.matchAll(mention)].map(([, whom = '']) => whom.replace(/^@/, ''));
}

function inNode(node: Json): string[] {
  switch (node.type) {
    case 'mrkdwn':
    case 'markdown':
      return inText(String(node['text']));
    case 'user':
      return [String(node['user_id'])];
    case 'usergroup':
      return [`!subteam^${String(node['usergroup_id'])}`];
    case 'broadcast':
      return [`!${String(node['range'])}`];
    default:
      return [];
  }
}
