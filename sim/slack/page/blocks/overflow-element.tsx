import { useId, useRef } from 'react';
import type { OptionObject, OverflowMenuElement } from 'slack-blocks-to-jsx';
import type { ElementValue } from '../wire.ts';
import { PlainText } from './plain-text.tsx';

interface Props {
  readonly element: OverflowMenuElement;
  readonly act: (value: ElementValue) => void;
  readonly isPending: boolean;
}

export function OverflowElement({ element, act, isPending }: Props) {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const choose = (option: OptionObject) => {
    menu.current?.hidePopover();
    if (option.url !== undefined) window.open(option.url, '_blank', 'noreferrer');
    act({ type: 'overflow', selected_option: option });
  };
  return (
    <>
      <button
        type="button"
        className="button button-overflow"
        aria-label="More actions"
        aria-haspopup="menu"
        data-action-id={element.action_id}
        popoverTarget={id}
        aria-disabled={isPending}
      >
        ⋯
      </button>
      <div
        ref={menu}
        id={id}
        className="menu"
        role="menu"
        popover="auto"
        onToggle={focusFirst}
        onKeyDown={moveFocus}
      >
        {element.options.map((option) => (
          <button
            key={option.value}
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={() => choose(option)}
          >
            <PlainText of={option.text} />
          </button>
        ))}
      </div>
    </>
  );
}

function focusFirst({ currentTarget, newState }: React.ToggleEvent<HTMLDivElement>): void {
  if (newState === 'open') currentTarget.querySelector('button')?.focus();
}

function moveFocus(event: React.KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const items = [...event.currentTarget.querySelectorAll('button')];
  const now = items.findIndex((item) => item === document.activeElement);
  items.at((now + step) % items.length)?.focus();
}
