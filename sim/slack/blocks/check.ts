import { z } from 'zod';
import { explain } from './explain.ts';
import { homeBlock, messageBlock, modalBlock } from './layout.ts';
import { chars, plainText } from './text.ts';
import { isJson, nodes, textLength, textLengthOf, type Json } from './walk.ts';

/** The sum of all text in one message; Slack documents none and refuses between 12,000 and 13,200. */
const messageTextLimit = 12_000;
const markdownTextLimit = 12_000;
const tableTextLimit = 10_000;
/** Undocumented, found live (vercel/chat #696). */
const chartsPerMessage = 2;

export interface Fault {
  readonly code: 'invalid_blocks' | 'msg_blocks_too_long';
  readonly messages: readonly string[];
}

/** Judges the `blocks` of a message; `null` means that Slack would take them. */
export function checkMessageBlocks(blocks: unknown): Fault | null {
  const messages = shapeFaults(blocks, messageBlock, 50, '/blocks');
  if (messages.length > 0) return { code: 'invalid_blocks', messages };
  const known = blocks as readonly Json[];
  const count = (type: string) => known.filter((block) => block.type === type).length;
  if (textLengthOf('table', known) > tableTextLimit || textLengthOf('data_table', known) > tableTextLimit) {
    return invalid(`tables must be less than ${tableTextLimit + 1} characters [json-pointer:/blocks]`);
  }
  if (count('data_visualization') > chartsPerMessage) {
    return invalid(
      `no more than ${chartsPerMessage} data_visualization blocks allowed [json-pointer:/blocks]`,
    );
  }
  if (textLengthOf('markdown', known) > markdownTextLimit || textLength(known) > messageTextLimit) {
    return { code: 'msg_blocks_too_long', messages: [] };
  }
  return null;
}

const invalid = (message: string): Fault => ({ code: 'invalid_blocks', messages: [message] });

function shapeFaults(blocks: unknown, block: z.ZodType, most: number, at: string): string[] {
  const list = z.array(block).max(most, `no more than ${most} items allowed`);
  const parsed = list.safeParse(blocks, { reportInput: true });
  return parsed.success ? idFaults(blocks as readonly Json[], at) : explain(parsed.error.issues, at);
}

/** block_ids are unique within a message or view, action_ids within a block. */
function idFaults(blocks: readonly Json[], at: string): string[] {
  const faults: string[] = [];
  const blockIds = new Set<unknown>();
  blocks.forEach((block, index) => {
    const id = block['block_id'] as string | undefined;
    if (id !== undefined && blockIds.has(id)) {
      faults.push(`\`block_id\` \`${id}\` already exists [json-pointer:${at}/${index}/block_id]`);
    }
    blockIds.add(id);
    const actionIds = new Set<unknown>();
    for (const node of nodes(block)) {
      const action = node['action_id'] as string | undefined;
      if (action === undefined) continue;
      if (actionIds.has(action)) {
        faults.push(`\`action_id\` \`${action}\` already exists [json-pointer:${at}/${index}]`);
      }
      actionIds.add(action);
    }
  });
  return faults;
}

const metadata = {
  private_metadata: z.string().max(3000, 'must be less than 3001 characters').optional(),
  callback_id: z.string().max(255, 'must be less than 256 characters').optional(),
  external_id: z.string().max(255, 'must be less than 256 characters').optional(),
  blocks: z.array(z.unknown()),
};
const modal = z.strictObject({
  type: z.literal('modal'),
  ...metadata,
  title: plainText(24),
  submit: plainText(24).optional(),
  close: plainText(24).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
});
const home = z.strictObject({ type: z.literal('home'), ...metadata, title: z.never().optional() });

/** Judges a view; an empty list means that Slack would take it. */
export function checkView(view: unknown): string[] {
  const type = isJson(view) ? view.type : undefined;
  const shape = z.discriminatedUnion('type', [modal, home]).safeParse(view, { reportInput: true });
  if (!shape.success) return explain(shape.error.issues, '/view');
  const { blocks } = shape.data;
  const faults = shapeFaults(blocks, type === 'home' ? homeBlock : modalBlock, 100, '/view/blocks');
  const hasInput = blocks.some((block) => isJson(block) && block.type === 'input');
  if (faults.length === 0 && shape.data.type === 'modal' && hasInput && shape.data.submit === undefined) {
    faults.push('missing required field: submit [json-pointer:/view]');
  }
  return faults;
}

const metadataName = chars(255);

/** `metadata` of chat.postMessage: an event type and a payload. */
export const messageMetadata = z.strictObject({
  event_type: metadataName,
  event_payload: z.record(z.string(), z.unknown()),
  entities: z.array(z.unknown()).optional(),
});
