import type { ActionsBlock as Actions } from 'slack-blocks-to-jsx';
import { ActionElement } from './action-element.tsx';

export function ActionsBlock({ block }: { readonly block: Actions }) {
  return (
    <div className="block-actions" role="group" aria-label="Actions" data-block-id={block.block_id}>
      {block.elements.map((element, index) => (
        <ActionElement key={index} element={element} blockId={block.block_id ?? ''} />
      ))}
    </div>
  );
}
