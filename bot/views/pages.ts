import type { KnownBlock, ModalView, PlainTextOption, SectionBlock } from '@slack/types';
import { actionIds } from './action-ids.ts';
import { actions, section } from './message.ts';
import { escape } from './text.ts';

/** Slack takes 100 blocks in a dialog, and 250,000 characters of JSON; one block is the list of pages. */
const most = { blocks: 95, characters: 200_000, pages: 100 } as const;

/** What a dialog shows one after the other; `label` is plain words that tell it apart. */
export interface Entry {
  readonly label: string;
  readonly block: SectionBlock;
}

interface Paged {
  readonly title: string;
  /** What the dialog has to say back for another page to be made. */
  readonly about: string;
  readonly entries: readonly Entry[];
  /** From 0. */
  readonly page: number;
}

export function waitingModal(title: string, text = '…'): ModalView {
  return modal(title, [section(text)]);
}

/** As many entries as fit, and where that is not all a list to choose others from. */
export function pagedModal({ title, about, entries, page }: Paged): ModalView {
  const pages = pagesOf(entries);
  const shown = pages[page] ?? pages[0] ?? [];
  const blocks = [...choiceOf(pages, page), ...shown.map(({ block }) => block)];
  return { ...modal(title, blocks), private_metadata: about };
}

function modal(title: string, blocks: KnownBlock[]): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: title },
    close: { type: 'plain_text', text: 'Close' },
    blocks,
  };
}

function pagesOf(entries: readonly Entry[]): Entry[][] {
  const pages: Entry[][] = [];
  let length = Infinity;
  for (const entry of entries) {
    const more = JSON.stringify(entry.block).length;
    const page = pages.at(-1);
    if (page === undefined || page.length === most.blocks || length + more > most.characters) {
      pages.push([entry]);
      length = more;
    } else {
      page.push(entry);
      length += more;
    }
  }
  return pages.slice(0, most.pages);
}

/** `1–95: A Service without endpoints …` */
function choiceOf(pages: readonly (readonly Entry[])[], page: number): KnownBlock[] {
  if (pages.length < 2) return [];
  let before = 0;
  const options = pages.map((entries, index): PlainTextOption => {
    const [first] = entries;
    const range = `${before + 1}–${before + entries.length}`;
    before += entries.length;
    const text = escape(`${range}: ${first?.label ?? ''}`, 75);
    return { text: { type: 'plain_text', text, emoji: false }, value: String(index) };
  });
  const shown = options[page];
  return [
    actions([
      {
        type: 'static_select',
        action_id: actionIds.turnPage,
        placeholder: { type: 'plain_text', text: 'Show others' },
        options,
        ...(shown && { initial_option: shown }),
      },
    ]),
  ];
}
