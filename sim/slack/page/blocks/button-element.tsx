import type { ButtonElement as Button } from 'slack-blocks-to-jsx';
import type { ElementValue } from '../wire.ts';
import { PlainText } from './plain-text.tsx';

interface Props {
  readonly element: Button;
  readonly act: (value: ElementValue) => void;
  readonly isPending: boolean;
}

export function ButtonElement({ element, act, isPending }: Props) {
  const { text, style, url, value, accessibility_label } = element;
  const shared = {
    className: ['button', style !== undefined && `button-${String(style)}`].filter(Boolean).join(' '),
    'aria-label': accessibility_label,
    'data-action-id': element.action_id,
    onClick: () => act({ type: 'button', ...(value !== undefined && { value }) }),
  };
  if (url !== undefined) {
    return (
      <a {...shared} href={url} target="_blank" rel="noreferrer">
        <PlainText of={text} />
      </a>
    );
  }
  return (
    <button type="button" {...shared} aria-disabled={isPending}>
      <PlainText of={text} />
    </button>
  );
}
