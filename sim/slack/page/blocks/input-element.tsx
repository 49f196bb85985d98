import { useState } from 'react';
import type {
  CheckboxesElement,
  Element,
  ExternalSelectElement,
  OptionObject,
  PlainTextInputElement,
  RadioButtonsElement,
  StaticSelectElement,
} from 'slack-blocks-to-jsx';
import type { ElementValue } from '../wire.ts';
import { ChoiceElement } from './choice-element.tsx';
import { ExternalSelect } from './external-select.tsx';

export type InputKind =
  | CheckboxesElement
  | ExternalSelectElement
  | PlainTextInputElement
  | RadioButtonsElement
  | StaticSelectElement;

export const isInput = (element: Element): element is InputKind =>
  ['plain_text_input', 'static_select', 'external_select', 'radio_buttons', 'checkboxes'].includes(
    element.type,
  );

interface Props<Kind> {
  readonly element: Kind;
  readonly blockId: string;
  readonly label: string;
  readonly describedBy?: string | undefined;
  readonly set: (value: ElementValue) => void;
}

/** An element that holds a value. */
export function InputElement({ element, ...rest }: Props<InputKind>) {
  switch (element.type) {
    case 'plain_text_input':
      return <TextInput element={element} {...rest} />;
    case 'static_select':
      return <SelectInput element={element} {...rest} />;
    case 'external_select':
      return <ExternalSelect element={element} {...rest} />;
    case 'radio_buttons':
    case 'checkboxes':
      return <ChoiceElement element={element} {...rest} />;
  }
}

function TextInput({ element, label, describedBy, set }: Omit<Props<PlainTextInputElement>, 'blockId'>) {
  const shared = {
    className: 'field',
    'aria-label': label,
    'aria-describedby': describedBy,
    'data-action-id': element.action_id,
    defaultValue: element.initial_value ?? '',
    placeholder: element.placeholder?.text,
    maxLength: element.max_length,
    autoFocus: element.focus_on_load === true,
    onChange: ({ target }: { target: { value: string } }) =>
      set({ type: element.type, value: target.value === '' ? null : target.value }),
  };
  return element.multiline === true ? <textarea rows={4} {...shared} /> : <input type="text" {...shared} />;
}

function SelectInput({ element, label, describedBy, set }: Omit<Props<StaticSelectElement>, 'blockId'>) {
  const { initial_option: initial, option_groups: groups = [] } = element;
  // The library declares `options` as required; Slack omits it where there are groups.
  const options = (element as Partial<StaticSelectElement>).options ?? [];
  const [chosen, setChosen] = useState(initial !== undefined && 'value' in initial ? initial.value : '');
  const all = [...options, ...groups.flatMap((group) => group.options)];
  const choose = (value: string) => {
    setChosen(value);
    const option = all.find((each) => each.value === value);
    if (option !== undefined) set({ type: element.type, selected_option: option });
  };
  return (
    <select
      className="field field-select"
      aria-label={label}
      aria-describedby={describedBy}
      data-action-id={element.action_id}
      value={chosen}
      onChange={({ target }) => choose(target.value)}
    >
      <option value="" disabled hidden>
        {element.placeholder?.text ?? 'Choose an option'}
      </option>
      <Options of={options} />
      {groups.map((group) => (
        <optgroup key={group.label.text} label={group.label.text}>
          <Options of={group.options} />
        </optgroup>
      ))}
    </select>
  );
}

function Options({ of }: { readonly of: readonly OptionObject[] }) {
  return of.map(({ text, value }) => (
    <option key={value} value={value}>
      {text.text}
    </option>
  ));
}
