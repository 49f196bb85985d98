/** A link in a message: `<https://…|words>`. */
export interface Link {
  readonly url: string;
  readonly words: string;
}

const link = /<(https?:\/\/[^|>\s]+)(?:\|([^>]*))?>/g;

/** What a person reads of Slack's markup, line by line: links are their words, mentions are gone. */
export function plain(mrkdwn: string): string {
  return unescape(
    mrkdwn
      .replace(link, (_whole, url: string, words: string | undefined) => words ?? url)
      .replace(/<[@#!][^>]*>/g, '')
      .replace(/[*`]/g, ''),
  ).replace(/\r\n?/g, '\n');
}

export function linksIn(mrkdwn: string): Link[] {
  return [...mrkdwn.matchAll(link)].map(([, url = '', words]) => ({
    url: unescape(url),
    words: plain(words ?? url),
  }));
}

/** Slack delivers `&`, `<` and `>` as entities; `&amp;lt;` was `&lt;`, so the ampersand comes last. */
function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
