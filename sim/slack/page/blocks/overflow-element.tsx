import type { OverflowMenuElement } from 'slack-blocks-to-jsx';
import { Menu } from '../menu.tsx';
import type { ElementValue } from '../wire.ts';
import { PlainText } from './plain-text.tsx';

interface Props {
  readonly element: OverflowMenuElement;
  readonly act: (value: ElementValue) => void;
  readonly isPending: boolean;
}

export function OverflowElement({ element, act, isPending }: Props) {
  const choose = (value: string) => {
    const option = element.options.find((each) => each.value === value);
    if (option === undefined) return;
    if (option.url !== undefined) window.open(option.url, '_blank', 'noreferrer');
    act({ type: 'overflow', selected_option: option });
  };
  return (
    <Menu
      label="More actions"
      className="button button-overflow"
      actionId={element.action_id}
      isPending={isPending}
      items={element.options.map(({ text, value }) => ({ id: value, content: <PlainText of={text} /> }))}
      choose={choose}
    />
  );
}
