import { aboutMessage, type About } from '../core/alerts/about.ts';
import type { Bot } from './bot.ts';

/** What a person means who points at a message, with what else was said. */
export async function readAbout(bot: Bot, message: unknown, beside: readonly string[]): Promise<About> {
  const directory = await bot.records.directory();
  const { symptoms } = bot.playbooks.current().library;
  return aboutMessage(message, { symptoms, known: directory?.services ?? [], beside });
}
