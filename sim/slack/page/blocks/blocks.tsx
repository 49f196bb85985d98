import type { Block } from 'slack-blocks-to-jsx';
import { ActionsBlock } from './actions-block.tsx';
import { ContextBlock } from './context-block.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { InputBlock } from './input-block.tsx';
import { LibraryBlocks } from './library-blocks.tsx';
import { PlainText } from './plain-text.tsx';
import { SectionBlock } from './section-block.tsx';

/** Blocks as Slack shows them: this folder draws those that hold mrkdwn or can be acted on, the library the rest. */
export function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <ErrorBoundary key={block.block_id ?? index} what={`a ${block.type} block`}>
          <OneBlock block={block} />
        </ErrorBoundary>
      ))}
    </div>
  );
}

function OneBlock({ block }: { readonly block: Block }) {
  if (block.type === 'section') return <SectionBlock block={block} />;
  if (block.type === 'context') return <ContextBlock block={block} />;
  if (block.type === 'actions') return <ActionsBlock block={block} />;
  if (block.type === 'input') return <InputBlock block={block} />;
  if (block.type === 'divider') return <hr className="block-divider" />;
  if (block.type === 'header') {
    return (
      <h3 className="block-header">
        <PlainText of={block.text} />
      </h3>
    );
  }
  return <LibraryBlocks blocks={[block]} />;
}
