import type { KnownBlock, ModalView } from '@slack/types';
import type { Preview } from '../../core/remediation/state.ts';
import { section } from './message.ts';
import { bold, code, codeBlock, escape, line } from './text.ts';

const pageLimit = 2800;
const mostPages = 20;

/** What the preview modal says: first that it waits, then what the cluster's dry run answered. */
export type PreviewState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'answered'; readonly preview: Preview }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'no-answer'; readonly cluster: string };

export function previewModal(state: PreviewState): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'Preview' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: contentOf(state),
  };
}

function contentOf(state: PreviewState): KnownBlock[] {
  switch (state.kind) {
    case 'loading':
      return [section('… Asking the cluster what this change would do (a server-side dry run).')];
    case 'unknown':
      return [section('netcheck does not know this proposal any more. Run /netcheck again for a fresh one.')];
    case 'no-answer':
      return [
        section(
          `No remediator of cluster ${code(state.cluster)} answered, so there is no preview. Is a worker that may change the cluster running there? Until one answers, an approval changes nothing.`,
        ),
      ];
    case 'answered':
      return answered(state.preview);
  }
}

function answered(preview: Preview): KnownBlock[] {
  switch (preview.kind) {
    case 'change':
      return [
        section(
          `${bold('Would change')} ${preview.objects
            .slice(0, 12)
            .map((one) => code(one, 120))
            .join(', ')}`,
        ),
        ...pagesOf(preview.diff).map((page) => section(codeBlock(page))),
        ...(preview.effects.length === 0
          ? []
          : [
              section(
                preview.effects
                  .slice(0, 12)
                  .map((one) => `• ${line(one, 220)}`)
                  .join('\n'),
              ),
            ]),
        section(
          'Nothing is changed until somebody approves. This is what the API server answered to a dry run.',
        ),
      ];
    case 'none':
      return [section(`${bold('Nothing would change')}: ${line(preview.why, 1500)}`)];
    case 'refused':
      return [section(`${bold('Not possible')}: ${line(preview.why, 1500)}`)];
  }
}

/** A section holds 3000 characters once escaped, and a modal 100 sections; what is longer than that is cut. */
function pagesOf(diff: string): readonly string[] {
  const pages: string[] = [];
  let page = '';
  for (const one of diff.split('\n')) {
    const more = page === '' ? one : `${page}\n${one}`;
    if (escape(more, Infinity).length > pageLimit && page !== '') {
      pages.push(page);
      page = one;
    } else page = more;
  }
  const all = [...pages, page];
  return all.length > mostPages
    ? [...all.slice(0, mostPages), `… ${all.length - mostPages} pages more`]
    : all;
}
