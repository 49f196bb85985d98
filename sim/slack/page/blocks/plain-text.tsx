import { emojify } from 'node-emoji';

/** A plain_text object: no markup but `:emoji:`, and Slack's three entities. */
export function PlainText({ of }: { readonly of: { readonly text: string } }) {
  return emojify(of.text).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
