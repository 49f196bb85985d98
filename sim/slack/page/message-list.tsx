import { Fragment, type ReactNode } from 'react';
import { continues, countReplies } from './conversation.ts';
import { MessageRow } from './message-row.tsx';
import { dayLabel, isSameDay } from './time.ts';
import { useStickToBottom } from './use-stick-to-bottom.ts';
import type { Message } from './wire.ts';

interface Props {
  readonly label: string;
  readonly messages: readonly Message[];
  /** The whole channel, replies included. */
  readonly all: readonly Message[];
  /** Set where the list is a thread. */
  readonly thread?: string;
  readonly openThread?: string | null;
  readonly children?: ReactNode;
}

export function MessageList({ label, messages, all, thread, openThread = null, children }: Props) {
  const { scroller, content, isAtBottom, toBottom } = useStickToBottom();
  return (
    <div className="messages-frame">
      <div
        ref={scroller}
        className="messages"
        role="log"
        aria-label={label}
        tabIndex={0}
        data-testid="messages"
      >
        <div ref={content}>
          {children}
          <ol>
            {messages.map((message, index) => {
              const previous = messages[index - 1];
              const isNewDay = previous === undefined || !isSameDay(previous.ts, message.ts);
              const isReplyHead = thread !== undefined && index === 1 && previous?.ts === thread;
              return (
                <Fragment key={message.ts}>
                  {isNewDay && thread === undefined && (
                    <li className="divider">
                      <span>{dayLabel(message.ts, new Date())}</span>
                    </li>
                  )}
                  {isReplyHead && (
                    <li className="divider divider-left">
                      <span>{countReplies(messages.slice(1))}</span>
                    </li>
                  )}
                  <MessageRow
                    message={message}
                    all={all}
                    isContinued={!isNewDay && !isReplyHead && continues(previous, message)}
                    inThread={thread !== undefined}
                    isOpen={message.ts === openThread}
                  />
                </Fragment>
              );
            })}
          </ol>
        </div>
      </div>
      {!isAtBottom && (
        <button type="button" className="button to-bottom" onClick={toBottom}>
          ↓ Latest
        </button>
      )}
    </div>
  );
}
