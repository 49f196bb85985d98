import * as z from 'zod';

/** What started an investigation. */
export const Trigger = z.enum([
  'command',
  'form',
  'mention',
  'shortcut',
  'button',
  'invitation',
  'channel',
  'alert',
]);
export type Trigger = z.infer<typeof Trigger>;
