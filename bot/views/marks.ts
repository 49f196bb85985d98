import type { VerdictStatus } from '../../core/verdict.ts';

/** How a verdict looks at a glance. Plain characters: they read the same in every theme and in a notification. */
export const marks: Readonly<Record<VerdictStatus | 'looking' | 'quiet', string>> = {
  confirmed: '✓',
  eliminated: '✗',
  standing: '●',
  unchecked: '?',
  conflict: '⚡',
  looking: '…',
  // The alerts that it is about are over.
  quiet: '○',
};
