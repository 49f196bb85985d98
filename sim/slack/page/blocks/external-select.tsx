import { useEffect, useId, useState } from 'react';
import type { ExternalSelectElement, OptionObject } from 'slack-blocks-to-jsx';
import type { ElementValue } from '../wire.ts';
import { useBlockHost } from './block-host.ts';

interface Props {
  readonly element: ExternalSelectElement;
  readonly blockId: string;
  readonly label: string;
  readonly describedBy?: string | undefined;
  readonly set: (value: ElementValue) => void;
}

/** Milliseconds without a key before the app is asked. */
const pauseMs = 150;

/** A select whose options the app provides for what is typed. */
export function ExternalSelect({ element, blockId, label, describedBy, set }: Props) {
  const { options: ask, changed } = useBlockHost();
  const initial = element.initial_option;
  const [typed, setTyped] = useState(initial !== undefined && 'text' in initial ? initial.text.text : '');
  const [isOpen, setOpen] = useState(false);
  const [found, setFound] = useState<readonly OptionObject[] | null>(null);
  const [marked, setMarked] = useState(0);
  const listId = useId();
  const least = element.min_query_length ?? 3;
  const asks = isOpen && typed.length >= least;

  useEffect(() => {
    if (!asks) return;
    let isCurrent = true;
    const timer = window.setTimeout(() => {
      void ask(blockId, element.action_id, typed).then((options) => {
        if (isCurrent) setFound(options);
      });
    }, pauseMs);
    return () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
    // The host is a new object with each render; asking again for the same letters would never end.
  }, [asks, typed, blockId, element.action_id]);

  const type = (text: string) => {
    setTyped(text);
    setOpen(true);
    setFound(null);
    setMarked(0);
    changed(blockId, element.action_id, { type: element.type, selected_option: null });
  };
  const choose = (option: OptionObject) => {
    setTyped(option.text.text);
    setOpen(false);
    set({ type: element.type, selected_option: option });
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const options = found ?? [];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const option = options[marked];
    if (!isOpen) return;
    if (step !== undefined && options.length > 0)
      setMarked((marked + step + options.length) % options.length);
    else if (event.key === 'Enter' && option !== undefined) choose(option);
    else if (event.key === 'Escape') setOpen(false);
    else return;
    event.preventDefault();
  };
  return (
    <div className="combobox">
      <input
        type="text"
        role="combobox"
        className="field"
        aria-label={label}
        aria-describedby={describedBy}
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-activedescendant={isOpen && found?.[marked] !== undefined ? `${listId}-${marked}` : undefined}
        autoComplete="off"
        data-action-id={element.action_id}
        placeholder={element.placeholder?.text ?? 'Choose an option'}
        value={typed}
        onChange={({ target }) => type(target.value)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {asks && found !== null && (
        <ul id={listId} className="suggestions" role="listbox" aria-label={label} data-testid="options">
          {found.length === 0 && <li className="muted">No result</li>}
          {found.map((option, index) => (
            <li
              key={option.value}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === marked}
              onMouseDown={(event) => {
                event.preventDefault();
                choose(option);
              }}
            >
              {option.text.text}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
