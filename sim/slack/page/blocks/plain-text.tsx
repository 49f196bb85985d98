import { emojify } from 'node-emoji';
import { unescape } from './parse-mrkdwn.ts';

/** A plain_text object: no markup but `:emoji:`. */
export function PlainText({ of }: { readonly of: { readonly text: string } }) {
  return unescape(emojify(of.text));
}
