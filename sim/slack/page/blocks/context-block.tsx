import type { ContextBlock as Context } from 'slack-blocks-to-jsx';
import { Text } from './text.tsx';

export function ContextBlock({ block }: { readonly block: Context }) {
  return (
    <div className="block-context" data-block-id={block.block_id}>
      {block.elements.map((element, index) =>
        element.type === 'image' ? (
          <img key={index} src={element.image_url} alt={element.alt_text} />
        ) : (
          <Text key={index} of={element} />
        ),
      )}
    </div>
  );
}
