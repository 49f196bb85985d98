import { LibraryBlocks } from './library-blocks.tsx';
import { parseMrkdwn } from './parse-mrkdwn.ts';

interface Props {
  readonly text: string;
  readonly isVerbatim?: boolean;
}

export function Mrkdwn({ text, isVerbatim = false }: Props) {
  return <LibraryBlocks blocks={[{ type: 'rich_text', elements: parseMrkdwn(text, isVerbatim) }]} />;
}
