import { z } from 'zod';
import {
  actionsElement,
  button,
  contextActionsElement,
  imageElement,
  inputElement,
  sectionAccessory,
} from './elements.ts';
import { richText } from './rich-text.ts';
import { dataTable, dataVisualization, table } from './tables.ts';
import { anyText, blockId, chars, imageSource, items, mrkdwn, oneImageSource, plainText } from './text.ts';

const actions = z.strictObject({
  type: z.literal('actions'),
  block_id: blockId,
  elements: items(actionsElement, 25),
});
const context = z.strictObject({
  type: z.literal('context'),
  block_id: blockId,
  elements: items(z.union([imageElement, mrkdwn(2000), plainText(2000)]), 10),
});
const contextActions = z.strictObject({
  type: z.literal('context_actions'),
  block_id: blockId,
  elements: items(contextActionsElement, 5),
});
const divider = z.strictObject({ type: z.literal('divider'), block_id: blockId });
const header = z.strictObject({ type: z.literal('header'), block_id: blockId, text: plainText(150) });
const image = z
  .strictObject({
    type: z.literal('image'),
    block_id: blockId,
    ...imageSource,
    title: plainText(2000).optional(),
  })
  .superRefine(oneImageSource);
const input = z.strictObject({
  type: z.literal('input'),
  block_id: blockId,
  label: plainText(2000),
  element: inputElement,
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
});
const markdown = z.strictObject({ type: z.literal('markdown'), block_id: blockId, text: chars(12_000) });
const section = z
  .strictObject({
    type: z.literal('section'),
    block_id: blockId,
    text: anyText(3000).optional(),
    fields: items(anyText(2000), 10).optional(),
    accessory: sectionAccessory.optional(),
    expand: z.boolean().optional(),
  })
  .superRefine(({ text, fields }, issues) => {
    if (text === undefined && fields === undefined) {
      issues.addIssue({ code: 'custom', message: 'missing required field: text' });
    }
  });
const alert = z.strictObject({
  type: z.literal('alert'),
  block_id: blockId,
  text: anyText(200),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
});
const card = z.strictObject({
  type: z.literal('card'),
  block_id: blockId,
  hero_image: imageElement.optional(),
  icon: imageElement.optional(),
  title: mrkdwn(150).optional(),
  subtitle: mrkdwn(150).optional(),
  body: mrkdwn(200).optional(),
  actions: items(button, 3).optional(),
});
const carousel = z.strictObject({
  type: z.literal('carousel'),
  block_id: blockId,
  elements: items(card, 10),
});
const taskCard = z.strictObject({
  type: z.literal('task_card'),
  block_id: blockId,
  task_id: chars(255),
  title: chars(256),
  details: richText.optional(),
  output: richText.optional(),
  sources: z.array(z.strictObject({ type: z.literal('url'), url: z.string(), text: z.string() })).optional(),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
});
const plan = z.strictObject({
  type: z.literal('plan'),
  block_id: blockId,
  title: chars(256),
  tasks: z.array(taskCard).optional(),
});

const everywhere = [
  actions,
  context,
  contextActions,
  divider,
  header,
  image,
  input,
  richText,
  section,
] as const;

const container = z.strictObject({
  type: z.literal('container'),
  block_id: blockId,
  title: plainText(150).optional(),
  rich_text_title: richText.optional(),
  subtitle: anyText(150).optional(),
  child_blocks: items(
    z.discriminatedUnion('type', [actions, context, divider, header, image, input, richText, section, table]),
    10,
  ),
  width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
  icon: imageElement.optional(),
  is_collapsible: z.boolean().optional(),
  default_collapsed: z.boolean().optional(),
  has_header_divider: z.boolean().optional(),
});

export const messageBlock = z.discriminatedUnion('type', [
  ...everywhere,
  markdown,
  table,
  dataTable,
  dataVisualization,
  card,
  carousel,
  container,
  taskCard,
  plan,
]);
export const modalBlock = z.discriminatedUnion('type', [...everywhere, alert]);
export const homeBlock = z.discriminatedUnion('type', everywhere);
