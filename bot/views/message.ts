import type {
  ActionsBlock,
  ActionsBlockElement,
  ContextBlock,
  KnownBlock,
  MrkdwnElement,
  SectionBlock,
} from '@slack/types';

/** What a Slack message consists of. `text` says it in words, for notifications and screen readers. */
export interface Message {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

/** Slack allows 3000 characters in a section. */
const sectionLimit = 2900;
/** Slack refuses messages above about 12,000 characters in all, with an undocumented limit. */
const messageLimit = 9000;

/** Slack refuses text without a character in it. */
const nothing = '…';

/** `mrkdwn` is escaped already. `verbatim` keeps Slack from finding channels and people in it by itself. */
export function section(mrkdwn: string): SectionBlock & { text: MrkdwnElement } {
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: mrkdwn.trim() === '' ? nothing : mrkdwn, verbatim: true },
  };
}

export function context(mrkdwn: string): ContextBlock {
  return { type: 'context', elements: [section(mrkdwn).text] };
}

export function actions(elements: ActionsBlockElement[]): ActionsBlock {
  return { type: 'actions', elements };
}

/** Puts lines into as few messages as their limits allow. Each line is shorter than a section may be. */
export function paginate(lines: readonly string[]): KnownBlock[][] {
  const messages: KnownBlock[][] = [];
  let blocks: KnownBlock[] = [];
  let length = 0;
  for (const text of joinLines(lines)) {
    if (blocks.length > 0 && length + text.length > messageLimit) {
      messages.push(blocks);
      blocks = [];
      length = 0;
    }
    blocks.push(section(text));
    length += text.length;
  }
  return blocks.length > 0 ? [...messages, blocks] : messages;
}

function joinLines(lines: readonly string[]): string[] {
  const sections: string[] = [];
  let current = '';
  for (const line of lines) {
    if (current !== '' && current.length + 1 + line.length > sectionLimit) {
      sections.push(current);
      current = line;
    } else {
      current = current === '' ? line : `${current}\n${line}`;
    }
  }
  return current === '' ? sections : [...sections, current];
}
