import type { TextObject } from 'slack-blocks-to-jsx';
import { Mrkdwn } from './mrkdwn.tsx';
import { PlainText } from './plain-text.tsx';

export function Text({ of }: { readonly of: TextObject }) {
  return of.type === 'mrkdwn' ? (
    <Mrkdwn text={of.text} isVerbatim={of.verbatim === true} />
  ) : (
    <span className="plain">
      <PlainText of={of} />
    </span>
  );
}
