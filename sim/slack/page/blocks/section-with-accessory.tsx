import type { SectionBlock } from 'slack-blocks-to-jsx';
import { ActionElement } from './action-element.tsx';
import { LibraryBlocks } from './library-blocks.tsx';

export function SectionWithAccessory({ block }: { readonly block: SectionBlock }) {
  const { accessory, ...text } = block;
  return (
    <div className="block-section" data-block-id={block.block_id}>
      <LibraryBlocks blocks={[text]} />
      {accessory !== undefined && <ActionElement element={accessory} blockId={block.block_id ?? ''} />}
    </div>
  );
}
