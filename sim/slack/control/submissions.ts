import { z } from 'zod';
import type { User } from '../model.ts';
import { elements, initialState, isEmpty, stateValue } from '../payloads/entered.ts';
import { stateOf, viewClosedPayload, viewSubmissionPayload } from '../payloads/interaction.ts';
import type { Platform } from '../platform.ts';
import { SlackError } from '../slack-error.ts';
import type { StoredView } from '../state/views.ts';
import { readView } from '../web-api/views.ts';
import type { Interactions, Outcome } from './interactions.ts';
import { userOf } from './person.ts';
import type { Parsed } from './requests.ts';

const answer = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.literal('update'), view: z.unknown() }),
  z.object({ response_action: z.literal('push'), view: z.unknown() }),
  z.object({ response_action: z.literal('clear') }),
]);

const trouble = 'We had some trouble connecting. Try again?';
type Values = Parsed<'viewSubmit'>['values'];

/** Modals: submitting, and closing them. */
export class Submissions {
  readonly #platform: Platform;
  readonly #interactions: Interactions;

  constructor(platform: Platform, interactions: Interactions) {
    this.#platform = platform;
    this.#interactions = interactions;
  }

  async submit({ user: id, view_id, values }: Parsed<'viewSubmit'>): Promise<Outcome> {
    const { views, triggers } = this.#platform;
    const user = userOf(this.#platform, id);
    const top = this.#top(id, view_id);
    const entered = merge(top, values);
    const errors = missing(top, entered);
    if (Object.keys(errors).length > 0) {
      views.fail(id, top, errors);
      return { ok: false, ack_ms: 0, error: 'missing_input', errors };
    }
    const view = views.enter(top, entered);
    const payload = viewSubmissionPayload(user, view, triggers.mint(id));
    const { outcome, ack } = await this.#interactions.deliver(payload, user, 'The submission');
    if (!ack.ok) return outcome;
    try {
      return { ...outcome, ...this.#apply(user, view, ack.body) };
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      this.#interactions.notice(user, trouble);
      return { ...outcome, ok: false, error: error.code };
    }
  }

  async close({ user: id, view_id }: Parsed<'viewClose'>): Promise<Outcome> {
    const user = userOf(this.#platform, id);
    const view = this.#top(id, view_id);
    this.#platform.views.close(id, view.clear_on_close);
    if (!view.notify_on_close) return { ok: true, ack_ms: 0 };
    const payload = viewClosedPayload(user, view, view.clear_on_close);
    const { outcome } = await this.#interactions.deliver(payload, user, 'Closing');
    return outcome;
  }

  #top(user: string, viewId: string): StoredView {
    const top = this.#platform.views.top(user);
    if (top?.id !== viewId) throw new SlackError('view_not_found');
    return top;
  }

  #apply(user: User, view: StoredView, body: unknown): Partial<Outcome> {
    const { views } = this.#platform;
    if (body === null || body === '') {
      // The app may meanwhile have replaced the view by a call.
      if (views.top(user.id)?.id === view.id) views.close(user.id);
      return {};
    }
    const parsed = answer.safeParse(body);
    if (!parsed.success) throw new SlackError('invalid_response_action');
    const { data } = parsed;
    switch (data.response_action) {
      case 'errors':
        refuseUnknownBlocks(view, data.errors);
        views.fail(user.id, view, data.errors);
        return { errors: data.errors };
      case 'update':
        views.update(view.id, readView(data.view, 'modal', this.#platform));
        return {};
      case 'push':
        views.push(user.id, readView(data.view, 'modal', this.#platform));
        return {};
      case 'clear':
        views.close(user.id, true);
        return {};
    }
  }
}

/** What the person entered, over what was there. */
function merge(view: StoredView, values: Values): Values {
  const merged: Record<string, Record<string, unknown>> = { ...stateOf(view.blocks, view.state.values) };
  for (const [blockId, actions] of Object.entries(values)) {
    const block = view.blocks.find((each) => each['block_id'] === blockId);
    for (const [actionId, entered] of Object.entries(actions)) {
      const element = block && elements(block).find((each) => each['action_id'] === actionId);
      if (element === undefined) throw new SlackError('element_not_found');
      merged[blockId] = { ...merged[blockId], [actionId]: stateValue(element, entered) };
    }
  }
  return merged;
}

/** What Slack's client refuses before it asks the app. */
function missing(view: StoredView, values: Values): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of view.blocks) {
    if (block.type !== 'input') continue;
    const blockId = block['block_id'] as string;
    for (const element of elements(block)) {
      const value = values[blockId]?.[element['action_id'] as string] ?? initialState(element);
      const fault = faultOf(element, value, block['optional'] === true);
      if (fault !== null) errors[blockId] = fault;
    }
  }
  return errors;
}

function faultOf(
  element: Readonly<Record<string, unknown>>,
  value: unknown,
  optional: boolean,
): string | null {
  if (isEmpty(value)) return optional ? null : 'Please complete this required field.';
  const text = (value as { value?: unknown }).value;
  if (typeof text !== 'string') return null;
  const least = Number(element['min_length'] ?? 0);
  const most = Number(element['max_length'] ?? 3000);
  if (text.length < least) return `Please enter at least ${least} characters.`;
  return text.length > most ? `Please enter at most ${most} characters.` : null;
}

function refuseUnknownBlocks(view: StoredView, errors: Readonly<Record<string, string>>): void {
  const inputs = view.blocks.filter(({ type }) => type === 'input').map((block) => block['block_id']);
  const unknown = Object.keys(errors).some((blockId) => !inputs.includes(blockId));
  if (unknown || Object.keys(errors).length === 0) throw new SlackError('invalid_response_action');
}
