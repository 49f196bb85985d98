import type { AllMiddlewareArgs, SlackOptionsMiddlewareArgs } from '@slack/bolt';
import { matchServices } from '../../core/directory.ts';
import { inTime } from '../begin.ts';
import type { Bot } from '../bot.ts';
import { maxOptions, serviceOption } from '../views/ask-modal.ts';

/** The Services that a list offers for what was typed so far. Without Redis there are none: the name can be typed. */
export function offerServices(bot: Bot) {
  return async ({ ack, options }: SlackOptionsMiddlewareArgs<'block_suggestion'> & AllMiddlewareArgs) => {
    const services = await known(bot);
    await ack({ options: matchServices(services, options.value, maxOptions).map(serviceOption) });
  };
}

async function known({ records, logger }: Bot) {
  try {
    return (await inTime(records.directory()))?.services ?? [];
  } catch (error) {
    logger.warn({ err: error }, 'the list of Services cannot be read');
    return [];
  }
}
