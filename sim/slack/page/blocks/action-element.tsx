import type { Element } from 'slack-blocks-to-jsx';
import type { ElementValue } from '../wire.ts';
import { ButtonElement } from './button-element.tsx';
import { InputElement, isInput, type InputKind } from './input-element.tsx';
import { LibraryBlocks } from './library-blocks.tsx';
import { OverflowElement } from './overflow-element.tsx';
import { useConfirmed } from './use-confirmed.tsx';

/** One element of an actions block or a section's accessory: it acts as soon as it is used. */
export function ActionElement({ element, blockId }: { readonly element: Element; readonly blockId: string }) {
  const actionId = 'action_id' in element ? (element.action_id ?? '') : '';
  const confirm = 'confirm' in element ? element.confirm : undefined;
  const { act, isPending, dialog } = useConfirmed(blockId, actionId, confirm);
  return (
    <div className="block-element" aria-busy={isPending}>
      <Inner element={element} blockId={blockId} act={act} isPending={isPending} />
      {dialog}
    </div>
  );
}

interface InnerProps {
  readonly element: Element;
  readonly blockId: string;
  readonly act: (value: ElementValue) => void;
  readonly isPending: boolean;
}

function Inner({ element, blockId, act, isPending }: InnerProps) {
  if (element.type === 'button') return <ButtonElement element={element} act={act} isPending={isPending} />;
  if (element.type === 'overflow')
    return <OverflowElement element={element} act={act} isPending={isPending} />;
  if (isInput(element))
    return <InputElement element={element} blockId={blockId} label={labelOf(element)} set={act} />;
  return <LibraryBlocks blocks={[{ type: 'actions', elements: [element] }]} />;
}

const labelOf = (element: InputKind): string =>
  'placeholder' in element ? element.placeholder.text : 'Choose';
