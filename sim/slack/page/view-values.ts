import type { Block, Element } from 'slack-blocks-to-jsx';
import type { ElementValue, ViewValues } from './wire.ts';

/** The values a modal starts with: what its elements declare as initial. */
export function initialValues(blocks: readonly Block[]): ViewValues {
  let values: ViewValues = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      const value = initialValue(element);
      if (value === null || !('action_id' in element)) continue;
      values = withValue(values, block.block_id ?? '', element.action_id ?? '', value);
    }
  }
  return values;
}

export const withValue = (
  values: ViewValues,
  block: string,
  action: string,
  value: ElementValue,
): ViewValues => ({
  ...values,
  [block]: { ...values[block], [action]: value },
});

/** What Slack itself refuses before it asks the app: required inputs left empty. */
export function missingInputs(blocks: readonly Block[], values: ViewValues): Record<string, string> {
  const missing = blocks
    .filter((block) => block.type === 'input' && block.optional !== true)
    .filter(({ block_id = '' }) => Object.values(values[block_id] ?? {}).every(isEmpty));
  return Object.fromEntries(
    missing.map(({ block_id = '' }) => [block_id, 'Please complete this required field.']),
  );
}

const isEmpty = ({ value, selected_option, selected_options = [] }: ElementValue): boolean =>
  (value ?? '') === '' && (selected_option ?? null) === null && selected_options.length === 0;

function elementsOf(block: Block): readonly Element[] {
  if (block.type === 'input') return [block.element];
  if (block.type === 'actions') return block.elements;
  return block.type === 'section' && block.accessory !== undefined ? [block.accessory] : [];
}

function initialValue(element: Element): ElementValue | null {
  if (element.type === 'plain_text_input')
    return { type: element.type, value: element.initial_value ?? null };
  if (element.type === 'static_select' || element.type === 'external_select') {
    const option = element.initial_option;
    return { type: element.type, selected_option: option !== undefined && 'value' in option ? option : null };
  }
  if (element.type === 'radio_buttons') {
    return { type: element.type, selected_option: element.initial_option ?? null };
  }
  if (element.type === 'checkboxes') {
    return { type: element.type, selected_options: element.initial_options ?? [] };
  }
  return null;
}
