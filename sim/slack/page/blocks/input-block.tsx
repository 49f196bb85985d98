import { useId } from 'react';
import type { InputBlock as Input } from 'slack-blocks-to-jsx';
import type { ElementValue } from '../wire.ts';
import { useBlockHost } from './block-host.ts';
import { InputElement, isInput } from './input-element.tsx';
import { LibraryBlocks } from './library-blocks.tsx';
import { PlainText } from './plain-text.tsx';

export function InputBlock({ block }: { readonly block: Input }) {
  const { act, changed, errors } = useBlockHost();
  const noteId = useId();
  const { element, block_id: blockId = '' } = block;
  if (!isInput(element)) return <LibraryBlocks blocks={[block]} />;

  const error = errors[blockId];
  const set = (value: ElementValue) => {
    changed(blockId, element.action_id, value);
    if (block.dispatch_action === true) void act(blockId, element.action_id, value);
  };
  return (
    <div
      className={error === undefined ? 'block-input' : 'block-input block-input-wrong'}
      data-block-id={blockId}
    >
      <div className="block-input-label">
        <PlainText of={block.label} />
        {block.optional === true && <span className="muted"> (optional)</span>}
      </div>
      <InputElement
        element={element}
        blockId={blockId}
        label={block.label.text}
        describedBy={noteId}
        set={set}
      />
      <div id={noteId}>
        {error !== undefined && (
          <p className="block-input-error" role="alert">
            {error}
          </p>
        )}
        {block.hint !== undefined && (
          <p className="muted">
            <PlainText of={block.hint} />
          </p>
        )}
      </div>
    </div>
  );
}
