import { useSession } from './session.ts';
import { Mrkdwn } from './blocks/mrkdwn.tsx';

interface Props {
  readonly isConnected: boolean;
  readonly dismiss: (text: string) => void;
}

/** What Slackbot would whisper: refusals and failures. */
export function Notices({ isConnected, dismiss }: Props) {
  const { notices } = useSession().workspace;
  return (
    <div className="notices" role="status" aria-live="polite" data-testid="notices">
      {!isConnected && <div className="notice">Reconnecting…</div>}
      {notices.map(({ text }) => (
        <div key={text} className="notice" data-testid="notice">
          <div>
            <p className="muted message-note">Slackbot · Only visible to you</p>
            <Mrkdwn text={text} />
          </div>
          <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => dismiss(text)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
