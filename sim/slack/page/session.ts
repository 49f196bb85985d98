import { createContext, use } from 'react';
import type { Workspace } from './workspace.ts';

export interface Session {
  readonly workspace: Workspace;
  readonly theme: 'light' | 'dark';
  /** Says what Slackbot would whisper. */
  readonly notify: (text: string) => void;
  readonly clearNotices: () => void;
  /** Says that a request failed, unless the workspace says so itself. */
  readonly fail: (what: string, error?: string) => void;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error('useSession outside of SessionContext');
  return session;
}
