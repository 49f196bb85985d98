import { createContext, use } from 'react';
import type { OptionObject } from 'slack-blocks-to-jsx';
import type { ElementValue } from '../wire.ts';

/** Whoever shows blocks (a message, a modal, the home tab) hears here what was done to their elements. */
export interface BlockHost {
  /** A person acted on an element that dispatches; settles once the app has acknowledged. */
  readonly act: (blockId: string, actionId: string, value: ElementValue) => Promise<void>;
  /** The state of an element changed; only modals keep it. */
  readonly changed: (blockId: string, actionId: string, value: ElementValue) => void;
  /** What an external select offers for what has been typed. */
  readonly options: (blockId: string, actionId: string, value: string) => Promise<readonly OptionObject[]>;
  /** What the app said is wrong, by block_id. */
  readonly errors: Readonly<Record<string, string>>;
}

export const BlockHostContext = createContext<BlockHost | null>(null);

export function useBlockHost(): BlockHost {
  const host = use(BlockHostContext);
  if (host === null) throw new Error('useBlockHost outside of BlockHostContext');
  return host;
}
