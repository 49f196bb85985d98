import { LibraryBlocks } from './library-blocks.tsx';
import { parseMrkdwn } from './parse-mrkdwn.ts';

export function Mrkdwn({ text }: { readonly text: string }) {
  return <LibraryBlocks blocks={[{ type: 'rich_text', elements: parseMrkdwn(text) }]} />;
}
