import { aboutMessage, type About } from '../core/alerts/about.ts';
import type { Bot } from './bot.ts';

interface Around {
  /** What the person says about it. */
  readonly spoken?: string;
  /** What else may name a Service, in the order in which it counts. */
  readonly beside: readonly string[];
}

/** What a person means who points at a message, with what else was said. */
export async function readAbout(bot: Bot, message: unknown, around: Around): Promise<About> {
  const directory = await bot.records.directory();
  const { symptoms } = bot.playbooks.current().library;
  return aboutMessage(message, { symptoms, known: directory?.services ?? [], ...around });
}
