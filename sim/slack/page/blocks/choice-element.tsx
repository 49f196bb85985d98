import { useId, useState } from 'react';
import type { CheckboxesElement, OptionObject, RadioButtonsElement } from 'slack-blocks-to-jsx';
import type { ElementValue } from '../wire.ts';
import { PlainText } from './plain-text.tsx';
import { Text } from './text.tsx';

interface Props {
  readonly element: RadioButtonsElement | CheckboxesElement;
  readonly label: string;
  readonly describedBy?: string | undefined;
  readonly set: (value: ElementValue) => void;
}

export function ChoiceElement({ element, label, describedBy, set }: Props) {
  const name = useId();
  const [chosen, setChosen] = useState(initiallyChosen(element));
  const isRadio = element.type === 'radio_buttons';
  const toggle = (value: string) => {
    const next = isRadio
      ? [value]
      : chosen.includes(value)
        ? chosen.filter((each) => each !== value)
        : [...chosen, value];
    setChosen(next);
    const options = element.options.filter((option) => next.includes(option.value));
    set(
      isRadio
        ? { type: element.type, selected_option: options[0] ?? null }
        : { type: element.type, selected_options: options },
    );
  };
  return (
    <div
      className="choices"
      role={isRadio ? 'radiogroup' : 'group'}
      aria-label={label}
      aria-describedby={describedBy}
      data-action-id={element.action_id}
    >
      {element.options.map((option) => (
        <label key={option.value} className="choice">
          <input
            type={isRadio ? 'radio' : 'checkbox'}
            name={name}
            checked={chosen.includes(option.value)}
            onChange={() => toggle(option.value)}
          />
          <Label option={option} />
        </label>
      ))}
    </div>
  );
}

function Label({ option: { text, description } }: { readonly option: OptionObject }) {
  return (
    <span>
      <Text of={text} />
      {description !== undefined && (
        <small>
          <PlainText of={description} />
        </small>
      )}
    </span>
  );
}

function initiallyChosen(element: RadioButtonsElement | CheckboxesElement): readonly string[] {
  if (element.type === 'checkboxes') return (element.initial_options ?? []).map(({ value }) => value);
  return element.initial_option === undefined ? [] : [element.initial_option.value];
}
