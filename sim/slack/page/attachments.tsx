import type { Block } from 'slack-blocks-to-jsx';
import { Blocks } from './blocks/blocks.tsx';
import { Mrkdwn } from './blocks/mrkdwn.tsx';
import type { Attachment } from './wire.ts';

/** Legacy attachments, as alert bots send them. */
export function Attachments({ of }: { readonly of: readonly Attachment[] }) {
  return of.map((attachment) => (
    <div key={attachment.id} data-testid="attachment">
      {attachment.pretext !== undefined && <Mrkdwn text={attachment.pretext} />}
      <div className="attachment" style={{ '--attachment': asCss(attachment.color) }}>
        <Inside of={attachment} />
      </div>
    </div>
  ));
}

function Inside({ of }: { readonly of: Attachment }) {
  const { author_name: author, blocks, fallback = '', fields = [], footer, text, title } = of;
  const isEmpty = [author, title, text, blocks].every((part) => part === undefined) && fields.length === 0;
  return (
    <>
      {author !== undefined && <p className="muted">{author}</p>}
      {title !== undefined && <Title title={title} link={of.title_link} />}
      {text !== undefined && <Mrkdwn text={text} />}
      {isEmpty && <Mrkdwn text={fallback} />}
      {blocks !== undefined && <Blocks blocks={blocks as Block[]} />}
      {fields.length > 0 && (
        <dl className="attachment-fields">
          {fields.map((field, index) => (
            <div key={index} className={field.short === true ? 'attachment-short' : undefined}>
              <dt>{field.title}</dt>
              <dd>
                <Mrkdwn text={field.value ?? ''} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {of.actions !== undefined && (
        <p className="attachment-actions">
          {of.actions.map((action, index) => (
            <a key={index} className="button" href={action.url} target="_blank" rel="noreferrer">
              {action.text}
            </a>
          ))}
        </p>
      )}
      {footer !== undefined && <p className="muted message-note">{footer}</p>}
    </>
  );
}

function Title({ title, link }: { readonly title: string; readonly link: string | undefined }) {
  if (link === undefined) return <strong>{title}</strong>;
  return (
    <a className="attachment-title" href={link} target="_blank" rel="noreferrer">
      {title}
    </a>
  );
}

const asCss = (color: string | undefined) =>
  /^[0-9a-f]{3,8}$/i.test(color ?? '') ? `#${color ?? ''}` : 'var(--line)';
