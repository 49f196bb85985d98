import { useEffect, useReducer, useState, type Dispatch } from 'react';
import { fetchState, openStream } from './api.ts';
import type { StreamEvent } from './wire.ts';
import { reduceWorkspace, type Workspace, type WorkspaceEvent } from './workspace.ts';

/** Milliseconds before a broken stream is opened again; the browser itself would wait three seconds, or give up. */
const reopenAfter = 500;

interface LiveWorkspace {
  readonly workspace: Workspace | null;
  readonly dispatch: Dispatch<WorkspaceEvent>;
  readonly isConnected: boolean;
}

export function useWorkspace(user: string | null): LiveWorkspace {
  const [workspace, dispatch] = useReducer(reduceWorkspace, null);
  const [isConnected, setConnected] = useState(false);
  useEffect(() => follow(user, dispatch, setConnected), [user]);
  return { workspace, dispatch, isConnected };
}

/** Loads a snapshot at each (re)connection and applies what the stream said meanwhile on top of it. */
function follow(
  user: string | null,
  dispatch: Dispatch<WorkspaceEvent>,
  setConnected: (connected: boolean) => void,
): () => void {
  let stream: EventSource | null = null;
  let timer: number | undefined;
  let stopped = false;
  let waiting: StreamEvent[] | null = [];

  const load = async (from: EventSource) => {
    waiting = [];
    const state = await fetchState(user);
    if (stopped || from !== stream) return;
    dispatch({ type: 'loaded', state });
    for (const event of waiting) dispatch(event);
    waiting = null;
    setConnected(true);
  };
  const reopen = () => {
    setConnected(false);
    stream?.close();
    window.clearTimeout(timer);
    timer = window.setTimeout(open, reopenAfter);
  };
  const open = () => {
    if (stopped) return;
    const opened = openStream(user);
    stream = opened;
    opened.addEventListener('open', () => void load(opened).catch(reopen));
    opened.addEventListener('error', reopen);
    opened.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as StreamEvent;
      if (waiting === null) dispatch(event);
      else waiting.push(event);
    });
  };

  open();
  return () => {
    stopped = true;
    window.clearTimeout(timer);
    stream?.close();
  };
}
