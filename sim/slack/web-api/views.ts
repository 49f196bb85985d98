import { z } from 'zod';
import { checkView } from '../blocks/check.ts';
import { refuseUnknownFiles } from '../content.ts';
import type { Platform } from '../platform.ts';
import { refusal, SlackError } from '../slack-error.ts';
import type { ViewDraft } from '../state/views.ts';
import { method, nested } from './method.ts';

/** Characters of JSON. */
const viewLimit = 250_000;

/** Judges a view that the app sent, in a call or in its answer to a submission. */
export function readView(view: unknown, type: 'modal' | 'home', platform: Platform): ViewDraft {
  const faults = checkView(view);
  if (faults.length > 0) throw refusal('invalid_arguments', faults);
  const draft = view as ViewDraft;
  if (draft.type !== type)
    throw refusal('invalid_arguments', [`view must be a ${type} [json-pointer:/view]`]);
  if (JSON.stringify(view).length > viewLimit) throw new SlackError('view_too_large');
  refuseUnknownFiles(draft.blocks, platform.files);
  return draft;
}

const trigger = z.object({ trigger_id: z.string(), view: nested });

export const views = {
  'views.open': method({
    tier: 'tier4',
    args: trigger,
    run(args, platform) {
      const draft = readView(args.view, 'modal', platform);
      return { view: platform.views.open(platform.triggers.exchange(args.trigger_id), draft) };
    },
  }),

  'views.push': method({
    tier: 'tier4',
    args: trigger,
    run(args, platform) {
      const draft = readView(args.view, 'modal', platform);
      return { view: platform.views.push(platform.triggers.exchange(args.trigger_id), draft) };
    },
  }),

  'views.update': method({
    tier: 'tier4',
    args: z
      .object({
        view_id: z.string().optional(),
        external_id: z.string().optional(),
        hash: z.string().optional(),
        view: nested,
      })
      .refine(({ view_id, external_id }) => (view_id === undefined) !== (external_id === undefined), {
        message: 'must have exactly one of view_id and external_id',
      }),
    run(args, platform) {
      const id = args.view_id ?? args.external_id ?? '';
      const found = platform.views.find(id);
      if (found === undefined) throw new SlackError('not_found');
      const draft = readView(args.view, found.view.type, platform);
      return { view: platform.views.update(id, draft, args.hash) };
    },
  }),

  'views.publish': method({
    tier: 'tier4',
    args: z.object({ user_id: z.string(), view: nested, hash: z.string().optional() }),
    run(args, platform) {
      if (!platform.workspace.users.has(args.user_id)) throw new SlackError('invalid_user_id');
      const draft = readView(args.view, 'home', platform);
      return { view: platform.views.publish(args.user_id, draft, args.hash) };
    },
  }),
};
