import { checkMessageBlocks } from './blocks/check.ts';
import { nodes, type Json } from './blocks/walk.ts';
import { refusal, SlackError } from './slack-error.ts';
import type { Files } from './state/files.ts';

export interface Content {
  readonly text: string;
  readonly blocks?: readonly Json[];
}

interface Given {
  readonly text?: string | undefined;
  readonly markdown_text?: string | undefined;
  readonly blocks?: unknown;
  readonly attachments?: unknown;
}

const postedTextLimit = 40_000;
const markdownLimit = 12_000;

/** Judges what a message is to say; refuses as Slack does. */
export function readContent(given: Given, files: Files): Content {
  if (given.attachments !== undefined) {
    throw refusal('invalid_attachments', ['this stand-in knows blocks only']);
  }
  if (given.markdown_text !== undefined) return markdownContent(given, given.markdown_text);
  const text = (given.text ?? '').slice(0, postedTextLimit);
  const blocks = given.blocks === undefined ? undefined : readBlocks(given.blocks, files);
  const empty = blocks === undefined || blocks.length === 0;
  if (empty && text.trim() === '') throw new SlackError('no_text');
  return empty ? { text } : { text, blocks };
}

function markdownContent({ text, blocks }: Given, markdown: string): Content {
  if (text !== undefined || blocks !== undefined) throw new SlackError('markdown_text_conflict');
  if (markdown.trim() === '') throw new SlackError('no_text');
  if (markdown.length > markdownLimit) throw new SlackError('msg_too_long');
  return { text: markdown, blocks: [{ type: 'markdown', text: markdown }] };
}

export function readBlocks(given: unknown, files: Files): readonly Json[] {
  const fault = checkMessageBlocks(given);
  if (fault !== null) {
    throw fault.messages.length > 0 ? refusal(fault.code, fault.messages) : new SlackError(fault.code);
  }
  const blocks = given as readonly Json[];
  refuseUnknownFiles(blocks, files);
  return blocks;
}

/** An image may show a Slack file once Slack has processed it, not before. */
export function refuseUnknownFiles(blocks: readonly Json[], files: Files): void {
  for (const { slack_file: file } of nodes(blocks)) {
    if (typeof file !== 'object' || file === null || !('id' in file)) continue;
    if (files.get(file.id as string)?.processed !== true) {
      throw refusal('invalid_blocks', ['invalid slack file [json-pointer:/blocks]']);
    }
  }
}
