import type { Suggestion } from './draft.ts';

interface Props {
  readonly id: string;
  readonly of: readonly Suggestion[];
  readonly marked: number;
  readonly pick: (suggestion: Suggestion) => void;
}

export function Suggestions({ id, of, marked, pick }: Props) {
  return (
    <ul id={id} className="suggestions" role="listbox" aria-label="Suggestions" data-testid="suggestions">
      {of.map((suggestion, index) => (
        <li
          key={suggestion.insert}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === marked}
          onMouseDown={(event) => {
            event.preventDefault();
            pick(suggestion);
          }}
        >
          <strong>{suggestion.label}</strong>
          <span className="muted">{suggestion.hint}</span>
        </li>
      ))}
    </ul>
  );
}
