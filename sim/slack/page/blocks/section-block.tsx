import type { SectionBlock as Section } from 'slack-blocks-to-jsx';
import { ActionElement } from './action-element.tsx';
import { Text } from './text.tsx';

export function SectionBlock({ block }: { readonly block: Section }) {
  const { accessory, text, fields = [] } = block;
  return (
    <div className="block-section" data-block-id={block.block_id}>
      <div className="block-section-text">
        {text !== undefined && <Text of={text} />}
        {fields.length > 0 && (
          <div className="block-fields">
            {fields.map((field, index) => (
              <div key={index}>
                <Text of={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {accessory?.type === 'image' && (
        <img className="block-thumbnail" src={accessory.image_url} alt={accessory.alt_text} />
      )}
      {accessory !== undefined && accessory.type !== 'image' && (
        <ActionElement element={accessory} blockId={block.block_id ?? ''} />
      )}
    </div>
  );
}
