import { LibraryBlocks } from './library-blocks.tsx';

export function Mrkdwn({ text }: { readonly text: string }) {
  return <LibraryBlocks blocks={[{ type: 'section', text: { type: 'mrkdwn', text } }]} />;
}
