import { createContext, use } from 'react';
import type { Workspace } from './workspace.ts';

export interface Session {
  readonly workspace: Workspace;
  readonly theme: 'light' | 'dark';
  readonly notify: (text: string) => void;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error('useSession outside of SessionContext');
  return session;
}
