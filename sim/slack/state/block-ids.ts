import { randomBytes } from 'node:crypto';
import type { Json } from '../blocks/walk.ts';

const interactive =
  /^(button|checkboxes|datepicker|datetimepicker|timepicker|overflow|radio_buttons|number_input|feedback_buttons|icon_button|workflow_button|file_input|.*_select|.*text_input)$/;

/** Gives each block a block_id and each interactive element an action_id, as Slack does for those without one. */
export function withIds(blocks: readonly Json[]): Json[] {
  return blocks.map((block) => ({ ...(fill(block) as Json), block_id: block['block_id'] ?? shortId() }));
}

function fill(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fill);
  if (typeof value !== 'object' || value === null) return value;
  const filled = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item)]));
  const type = filled['type'];
  const needsId = typeof type === 'string' && interactive.test(type) && filled['action_id'] === undefined;
  return needsId ? { ...filled, action_id: shortId() } : filled;
}

const shortId = () => randomBytes(4).toString('base64url').slice(0, 5);
