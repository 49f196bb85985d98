import { z } from 'zod';
import {
  actionId,
  chars,
  confirm,
  imageSource,
  items,
  oneImageSource,
  option,
  optionGroup,
  overflowOption,
  plainText,
  richOption,
  webUrl,
} from './text.ts';

const placeholder = plainText(150).optional();
const focus = z.boolean().optional();
const accessibilityLabel = chars(75).optional();
const common = { action_id: actionId, confirm: confirm.optional(), focus_on_load: focus };
const select = { ...common, placeholder };
const multi = { ...select, max_selected_items: z.int().min(1).optional() };
const dispatch = z
  .strictObject({
    trigger_actions_on: items(z.enum(['on_enter_pressed', 'on_character_entered']), 2).optional(),
  })
  .optional();
const filter = z
  .strictObject({
    include: items(z.enum(['im', 'mpim', 'private', 'public']), 4).optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .optional();

export const button = z.strictObject({
  type: z.literal('button'),
  action_id: actionId,
  text: plainText(75),
  value: chars(2000).optional(),
  url: webUrl.optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
  accessibility_label: accessibilityLabel,
});

const image = z.strictObject({ type: z.literal('image'), ...imageSource }).superRefine(oneImageSource);

const choices = { options: items(option, 100).optional(), option_groups: items(optionGroup, 100).optional() };

function oneChoiceSource(element: { options?: unknown; option_groups?: unknown }, context: z.RefinementCtx) {
  if ((element.options === undefined) === (element.option_groups === undefined)) {
    context.addIssue({ code: 'custom', message: 'must have exactly one of options and option_groups' });
  }
}

const staticSelect = z
  .strictObject({
    type: z.literal('static_select'),
    ...select,
    ...choices,
    initial_option: option.optional(),
  })
  .superRefine(oneChoiceSource);
const multiStaticSelect = z
  .strictObject({
    type: z.literal('multi_static_select'),
    ...multi,
    ...choices,
    initial_options: items(option, 100).optional(),
  })
  .superRefine(oneChoiceSource);

const selects = [
  staticSelect,
  z.strictObject({
    type: z.literal('external_select'),
    ...select,
    initial_option: option.optional(),
    min_query_length: z.int().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('users_select'), ...select, initial_user: z.string().optional() }),
  z.strictObject({
    type: z.literal('conversations_select'),
    ...select,
    initial_conversation: z.string().optional(),
    default_to_current_conversation: z.boolean().optional(),
    response_url_enabled: z.boolean().optional(),
    filter,
  }),
  z.strictObject({
    type: z.literal('channels_select'),
    ...select,
    initial_channel: z.string().optional(),
    response_url_enabled: z.boolean().optional(),
  }),
  multiStaticSelect,
  z.strictObject({
    type: z.literal('multi_external_select'),
    ...multi,
    initial_options: items(option, 100).optional(),
    min_query_length: z.int().min(0).optional(),
  }),
  z.strictObject({
    type: z.literal('multi_users_select'),
    ...multi,
    initial_users: z.array(z.string()).optional(),
  }),
  z.strictObject({
    type: z.literal('multi_conversations_select'),
    ...multi,
    initial_conversations: z.array(z.string()).optional(),
    default_to_current_conversation: z.boolean().optional(),
    filter,
  }),
  z.strictObject({
    type: z.literal('multi_channels_select'),
    ...multi,
    initial_channels: z.array(z.string()).optional(),
  }),
] as const;

const overflow = z.strictObject({
  type: z.literal('overflow'),
  action_id: actionId,
  options: items(overflowOption, 5),
  confirm: confirm.optional(),
});
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date as YYYY-MM-DD');
const time = z.string().regex(/^\d{2}:\d{2}$/, 'must be a time as HH:mm');

const pickers = [
  overflow,
  z.strictObject({ type: z.literal('datepicker'), ...select, initial_date: date.optional() }),
  z.strictObject({
    type: z.literal('timepicker'),
    ...select,
    initial_time: time.optional(),
    timezone: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('checkboxes'),
    ...common,
    options: items(richOption, 10),
    initial_options: items(richOption, 10).optional(),
  }),
  z.strictObject({
    type: z.literal('radio_buttons'),
    ...common,
    options: items(richOption, 10),
    initial_option: richOption.optional(),
  }),
] as const;

const dateTime = z.strictObject({
  type: z.literal('datetimepicker'),
  ...common,
  initial_date_time: z.int().optional(),
});
const workflowButton = z.strictObject({
  type: z.literal('workflow_button'),
  action_id: chars(255),
  text: plainText(75),
  workflow: z.record(z.string(), z.unknown()),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: accessibilityLabel,
});
const richTextInput = z.strictObject({
  type: z.literal('rich_text_input'),
  action_id: actionId,
  initial_value: z.record(z.string(), z.unknown()).optional(),
  dispatch_action_config: dispatch,
  focus_on_load: focus,
  placeholder,
  min_lines: z.int().min(1).optional(),
  max_lines: z.int().min(1).optional(),
});

const typed = { action_id: actionId, placeholder, focus_on_load: focus, dispatch_action_config: dispatch };
const inputs = [
  z.strictObject({
    type: z.literal('plain_text_input'),
    ...typed,
    initial_value: z.string().max(3000, 'must be less than 3001 characters').optional(),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(3000).optional(),
    max_length: z.int().min(1).max(3000).optional(),
  }),
  z.strictObject({ type: z.literal('email_text_input'), ...typed, initial_value: z.string().optional() }),
  z.strictObject({ type: z.literal('url_text_input'), ...typed, initial_value: z.string().optional() }),
  z.strictObject({
    type: z.literal('number_input'),
    ...typed,
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('file_input'),
    action_id: actionId,
    filetypes: z.array(z.string()).optional(),
    max_files: z.int().min(1).max(10).optional(),
  }),
] as const;

const feedback = z.strictObject({
  text: plainText(75),
  value: chars(2000),
  accessibility_label: accessibilityLabel,
});
const contextActions = [
  z.strictObject({
    type: z.literal('feedback_buttons'),
    action_id: actionId,
    positive_button: feedback,
    negative_button: feedback,
  }),
  z.strictObject({
    type: z.literal('icon_button'),
    action_id: actionId,
    icon: z.literal('trash'),
    text: plainText(75),
    value: chars(2000).optional(),
    confirm: confirm.optional(),
    accessibility_label: accessibilityLabel,
    visible_to_user_ids: z.array(z.string()).optional(),
  }),
] as const;

export const actionsElement = z.discriminatedUnion('type', [
  button,
  ...selects,
  ...pickers,
  dateTime,
  workflowButton,
  richTextInput,
]);
export const sectionAccessory = z.discriminatedUnion('type', [
  button,
  image,
  ...selects,
  ...pickers,
  workflowButton,
]);
export const inputElement = z.discriminatedUnion('type', [
  ...inputs,
  ...selects,
  ...pickers.slice(1),
  dateTime,
  richTextInput,
]);
export const contextActionsElement = z.discriminatedUnion('type', contextActions);
export const imageElement = image;
