import { useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { complete, readDraft, suggest, type Suggestion } from './draft.ts';
import { sendCommand, sendMessage } from './api.ts';
import { useSession } from './session.ts';
import { Suggestions } from './suggestions.tsx';

interface Props {
  readonly channel: string;
  readonly thread?: string;
  readonly placeholder: string;
  readonly testId: string;
  readonly autoFocus?: boolean;
}

export function Composer({ channel, thread, placeholder, testId, autoFocus = false }: Props) {
  const { workspace, notify, fail, clearNotices } = useSession();
  const [typed, setTyped] = useState('');
  const [caret, setCaret] = useState(0);
  const [marked, setMarked] = useState(0);
  const [isDismissed, setDismissed] = useState(false);
  const listId = useId();
  const area = useRef<HTMLTextAreaElement>(null);

  const surroundings = { ...workspace, inThread: thread !== undefined };
  const offered = isDismissed ? [] : suggest(typed, caret, surroundings);
  const at = offered[marked] === undefined ? 0 : marked;

  const change = (text: string, to: number) => {
    setTyped(text);
    setCaret(to);
    setMarked(0);
    setDismissed(false);
  };
  const pick = (suggestion: Suggestion) => {
    const done = complete(typed, caret, suggestion);
    // At once, not with the next frame: somebody who types on would find the caret moved back.
    flushSync(() => change(done.text, done.caret));
    area.current?.focus();
    area.current?.setSelectionRange(done.caret, done.caret);
  };
  const send = async () => {
    const draft = readDraft(typed, surroundings);
    if (draft.kind === 'empty') return;
    clearNotices();
    if (draft.kind === 'refused') {
      notify(draft.why);
      return;
    }
    change('', 0);
    const place = { user: workspace.me.id, channel, ...(thread !== undefined && { thread_ts: thread }) };
    const { ok, error } = await (draft.kind === 'message'
      ? sendMessage({ ...place, text: draft.text })
      : sendCommand({ ...place, command: draft.command, text: draft.text }));
    if (!ok) fail(draft.kind === 'command' ? `${draft.command} failed` : 'The message was not sent', error);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const { key, shiftKey } = event;
    const suggestion = offered[at];
    const isComplete = suggestion?.insert.trimEnd() === typed.trimEnd();
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (suggestion !== undefined && step !== undefined)
      setMarked((at + step + offered.length) % offered.length);
    else if (suggestion !== undefined && (key === 'Tab' || (key === 'Enter' && !isComplete)) && !shiftKey)
      pick(suggestion);
    else if (suggestion !== undefined && key === 'Escape') setDismissed(true);
    else if (key === 'Enter' && !shiftKey) void send();
    else return;
    event.preventDefault();
  };

  return (
    <div className="composer">
      {offered.length > 0 && <Suggestions id={listId} of={offered} marked={at} pick={pick} />}
      <div className="composer-box">
        <textarea
          ref={area}
          rows={1}
          value={typed}
          placeholder={placeholder}
          aria-label={placeholder}
          aria-autocomplete="list"
          aria-controls={offered.length > 0 ? listId : undefined}
          aria-activedescendant={offered.length > 0 ? `${listId}-${at}` : undefined}
          autoFocus={autoFocus}
          data-testid={testId}
          onChange={({ target }) => change(target.value, target.selectionStart)}
          onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          className="send"
          aria-label="Send"
          disabled={typed.trim() === ''}
          onClick={() => void send()}
          data-testid={`${testId}-send`}
        >
          ➤
        </button>
      </div>
      <p className="composer-hint muted" aria-hidden="true">
        <kbd>Enter</kbd> to send, <kbd>Shift + Enter</kbd> for a new line
      </p>
    </div>
  );
}
