import { option } from '../blocks/text.ts';
import { isJson, type Json } from '../blocks/walk.ts';
import { SlackError } from '../slack-error.ts';

/** What a person did with an element: as Slack's own state value, or the bare value. */
interface Entered {
  readonly value?: string | null | undefined;
  readonly selected_option?: unknown;
  readonly selected_options?: unknown;
  readonly [key: string]: unknown;
}

const selectedKey: Readonly<Record<string, string>> = {
  users_select: 'selected_user',
  conversations_select: 'selected_conversation',
  channels_select: 'selected_channel',
  multi_users_select: 'selected_users',
  multi_conversations_select: 'selected_conversations',
  multi_channels_select: 'selected_channels',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  datetimepicker: 'selected_date_time',
  rich_text_input: 'rich_text_value',
  file_input: 'files',
};
const initialKey: Readonly<Record<string, string>> = {
  users_select: 'initial_user',
  conversations_select: 'initial_conversation',
  channels_select: 'initial_channel',
  multi_users_select: 'initial_users',
  multi_conversations_select: 'initial_conversations',
  multi_channels_select: 'initial_channels',
  datepicker: 'initial_date',
  timepicker: 'initial_time',
  datetimepicker: 'initial_date_time',
};
const single = new Set(['static_select', 'external_select', 'radio_buttons', 'overflow']);
const several = new Set(['checkboxes', 'multi_static_select', 'multi_external_select']);
const external = new Set(['external_select', 'multi_external_select']);

/** The entry of `state.values` for one element; refuses an option that the element does not offer. */
export function stateValue(element: Json, entered: unknown): Record<string, unknown> {
  const { type } = element;
  const given = asEntered(entered);
  if (single.has(type)) {
    const wanted = given.selected_option ?? given.value ?? null;
    return { type, selected_option: wanted === null ? null : offered(element, wanted) };
  }
  if (several.has(type)) {
    const wanted = given.selected_options ?? given.value ?? [];
    if (!Array.isArray(wanted)) throw new SlackError('invalid_option');
    return { type, selected_options: wanted.map((each) => offered(element, each)) };
  }
  const key = selectedKey[type] ?? 'value';
  return { type, [key]: given[key] ?? given.value ?? null };
}

/** What an element holds before anybody touches it. */
export function initialState(element: Json): Record<string, unknown> {
  const { type } = element;
  if (single.has(type)) return { type, selected_option: element['initial_option'] ?? null };
  if (several.has(type)) return { type, selected_options: element['initial_options'] ?? [] };
  return {
    type,
    [selectedKey[type] ?? 'value']: element[initialKey[type] ?? 'initial_value'] ?? null,
  };
}

/** True when a state value says that nothing has been entered. */
export function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const entries = Object.entries(value).filter(([key]) => key !== 'type');
  return entries.every(
    ([, each]) =>
      each === null || each === undefined || each === '' || (Array.isArray(each) && each.length === 0),
  );
}

function asEntered(entered: unknown): Entered {
  if (Array.isArray(entered)) return { selected_options: entered, value: null };
  if (typeof entered === 'object' && entered !== null) return entered as Entered;
  return { value: typeof entered === 'string' ? entered : null };
}

function offered(element: Json, wanted: unknown): unknown {
  if (external.has(element.type)) return chosen(wanted);
  const value = typeof wanted === 'object' && wanted !== null && 'value' in wanted ? wanted.value : wanted;
  const option = optionsOf(element).find((each) => each['value'] === value);
  if (option === undefined) throw new SlackError('invalid_option');
  return option;
}

/** Only the app knows what it offered: the whole option comes back. */
function chosen(wanted: unknown): unknown {
  const parsed = option.safeParse(wanted);
  if (!parsed.success) throw new SlackError('invalid_option');
  return parsed.data;
}

function optionsOf(element: Json): Record<string, unknown>[] {
  const groups = Array.isArray(element['option_groups']) ? element['option_groups'] : [element];
  return groups.flatMap((group: unknown) => {
    const options = (group as Record<string, unknown>)['options'];
    return Array.isArray(options) ? (options as Record<string, unknown>[]) : [];
  });
}

/** The element with this action_id in the block with this block_id, at whatever depth. */
export function findElement(
  blocks: readonly Json[],
  blockId: string,
  actionId: string,
): { block: Json; element: Json } | undefined {
  for (const block of blocks) {
    if (block['block_id'] === blockId) {
      const element = elements(block).find((each) => each['action_id'] === actionId);
      if (element !== undefined) return { block, element };
    }
    const children = [
      ...list(block['child_blocks']),
      ...(block.type === 'carousel' ? list(block['elements']) : []),
    ];
    const inside = findElement(children, blockId, actionId);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** The interactive elements directly in a block. */
export function elements(block: Json): Json[] {
  return [...list(block['elements']), ...list(block['actions']), block['accessory'], block['element']].filter(
    (each): each is Json => isJson(each) && each['action_id'] !== undefined,
  );
}

const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);
