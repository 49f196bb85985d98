import { useEffect, useId, useRef, type ReactNode } from 'react';
import { createPortal } from 'react-dom';

interface Props {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly testId: string;
  readonly size?: 'small' | 'medium';
  readonly children: ReactNode;
}

/** The first field, else the first button at the foot: the one that does no harm. */
const firstFocus = '.dialog-body :is(input, select, textarea), .dialog-foot button';

/** The browser's own modal dialog: it traps focus, hides the rest and gives focus back. */
export function Dialog({ title, onClose, testId, size = 'medium', children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const shown = dialog.current;
    if (shown?.open === false) shown.showModal();
    shown?.querySelector<HTMLElement>(firstFocus)?.focus();
    return () => shown?.close();
  }, []);
  return createPortal(
    <dialog
      ref={dialog}
      className={`dialog dialog-${size}`}
      aria-labelledby={titleId}
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          ✕
        </button>
      </header>
      {children}
    </dialog>,
    document.body,
  );
}

/** A form handler that keeps what was typed; React resets a form after its `action`. */
export const submitting =
  (submit: (form: FormData) => Promise<void>) => (event: React.SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void submit(new FormData(event.currentTarget));
  };
