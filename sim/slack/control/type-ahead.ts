import { z } from 'zod';
import { items, option, optionGroup } from '../blocks/text.ts';
import type { Json } from '../blocks/walk.ts';
import type { User } from '../model.ts';
import { findElement } from '../payloads/entered.ts';
import type { Payload } from '../payloads/envelope.ts';
import { suggestionPayload } from '../payloads/interaction.ts';
import type { Platform } from '../platform.ts';
import { SlackError } from '../slack-error.ts';
import type { Interactions, Outcome } from './interactions.ts';
import { channelOf, seesMessage, userOf } from './person.ts';
import type { Parsed } from './requests.ts';

/** Characters. Slack's own where the element says none. */
const defaultQueryLength = 3;

const answer = z.union([
  z.strictObject({ options: items(option, 100, 0) }),
  z.strictObject({ option_groups: items(optionGroup, 100, 0) }),
]);

/** What a person can choose from; nothing where the app gave no answer that can be used. */
export interface Choices extends Outcome {
  readonly options?: readonly unknown[];
  readonly option_groups?: readonly unknown[];
}

/** Selects whose options the app provides while a person types. */
export class TypeAhead {
  readonly #platform: Platform;
  readonly #interactions: Interactions;

  constructor(platform: Platform, interactions: Interactions) {
    this.#platform = platform;
    this.#interactions = interactions;
  }

  async options(request: Parsed<'options'>): Promise<Choices> {
    const user = userOf(this.#platform, request.user);
    const payload =
      request.view_id === undefined
        ? this.#inMessage(user, request)
        : this.#inView(user, request, request.view_id);
    const what = 'Looking up the options';
    const { ack, outcome } = await this.#interactions.deliver(payload, user, what);
    if (!ack.ok) return outcome;
    const parsed = answer.safeParse(ack.body);
    if (parsed.success) return { ...outcome, ...parsed.data };
    this.#interactions.notice(user, `${what} failed because of invalid_options`);
    return { ...outcome, ok: false, error: 'invalid_options' };
  }

  #inView(user: User, request: Parsed<'options'>, viewId: string): Payload {
    const found = this.#platform.views.find(viewId);
    if (found?.user !== user.id) throw new SlackError('view_not_found');
    refuseQuery(found.view.blocks, request);
    return suggestionPayload({ ...request, user, view: found.view });
  }

  #inMessage(user: User, request: Parsed<'options'>): Payload {
    const channel = channelOf(this.#platform, user.id, request.channel ?? '');
    const message = this.#platform.workspace.message(channel.id, request.message_ts ?? '');
    if (message === undefined || !seesMessage(user.id, message)) throw new SlackError('message_not_found');
    refuseQuery(message.blocks ?? [], request);
    return suggestionPayload({ ...request, user, channel, message });
  }
}

/** Slack's client asks the app for nothing else, and not before enough has been typed. */
function refuseQuery(blocks: readonly Json[], { block_id, action_id, value }: Parsed<'options'>): void {
  const element = findElement(blocks, block_id, action_id)?.element;
  if (element === undefined || !['external_select', 'multi_external_select'].includes(element.type)) {
    throw new SlackError('element_not_found');
  }
  const least = (element['min_query_length'] as number | undefined) ?? defaultQueryLength;
  if (value.length < least) throw new SlackError('query_too_short');
}
