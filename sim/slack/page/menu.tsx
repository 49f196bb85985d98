import { useId, useRef, type ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly className: string;
  readonly isPending: boolean;
  readonly testId?: string;
  readonly actionId?: string | undefined;
  readonly items: readonly { readonly id: string; readonly content: ReactNode }[];
  readonly choose: (id: string) => void;
}

/** A button with three dots and what it hides. */
export function Menu({ label, className, isPending, testId, actionId, items, choose }: Props) {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  return (
    <>
      <button
        type="button"
        className={className}
        aria-label={label}
        aria-haspopup="menu"
        data-action-id={actionId}
        data-testid={testId}
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
        {items.map((item) => (
          <button
            key={item.id}
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              menu.current?.hidePopover();
              choose(item.id);
            }}
          >
            {item.content}
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
