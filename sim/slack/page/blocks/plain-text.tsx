import { emojify } from 'node-emoji';
import type { Label } from '../wire.ts';
import { unescape } from './parse-mrkdwn.ts';

/** A plain_text object: no markup but `:emoji:`. */
export function PlainText({ of }: { readonly of: Label }) {
  return unescape(emojify(typeof of === 'string' ? of : of.text));
}
