import { useEffect, useRef, useState, type RefObject } from 'react';

/** Pixels from the end within which the reader counts as following along. */
const slack = 48;

interface StickToBottom {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly isAtBottom: boolean;
  readonly toBottom: () => void;
}

/** Keeps the end of a growing list in view for a reader who is at its end, and leaves others where they are. */
export function useStickToBottom(): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [isAtBottom, setAtBottom] = useState(true);

  useEffect(() => {
    const frame = scroller.current;
    const inner = content.current;
    if (frame === null || inner === null) return;
    let follows = true;
    const onScroll = () => {
      follows = frame.scrollHeight - frame.scrollTop - frame.clientHeight < slack;
      setAtBottom(follows);
    };
    const resized = new ResizeObserver(() => {
      if (follows) frame.scrollTop = frame.scrollHeight;
    });
    frame.addEventListener('scroll', onScroll, { passive: true });
    resized.observe(inner);
    resized.observe(frame);
    return () => {
      frame.removeEventListener('scroll', onScroll);
      resized.disconnect();
    };
  }, []);

  const toBottom = () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  return { scroller, content, isAtBottom, toBottom };
}
