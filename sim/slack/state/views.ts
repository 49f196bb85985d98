import { randomBytes } from 'node:crypto';
import type { Json } from '../blocks/walk.ts';
import { identity, newId } from '../identity.ts';
import type { Change, StateValues, View } from '../model.ts';
import { SlackError } from '../slack-error.ts';
import { withIds } from './block-ids.ts';

/** A view as the app sees it in answers and payloads. */
export interface StoredView {
  readonly id: string;
  readonly team_id: string;
  readonly type: 'modal' | 'home';
  readonly blocks: readonly Json[];
  readonly title?: Json;
  readonly submit: Json | null;
  readonly close: Json | null;
  readonly callback_id: string;
  readonly external_id: string;
  readonly private_metadata: string;
  readonly hash: string;
  readonly state: { readonly values: StateValues };
  readonly clear_on_close: boolean;
  readonly notify_on_close: boolean;
  readonly root_view_id: string;
  readonly previous_view_id: string | null;
  readonly app_id: string;
  readonly app_installed_team_id: string;
  readonly bot_id: string;
}

/** What the app sends: already validated. */
export type ViewDraft = Partial<Omit<StoredView, 'id' | 'hash' | 'state'>> &
  Pick<StoredView, 'type' | 'blocks'>;

const stackLimit = 3;

/** Modal stacks and home tabs, one of each per person. */
export class Views {
  readonly #stacks = new Map<string, StoredView[]>();
  readonly #homes = new Map<string, StoredView>();
  readonly #errors = new Map<string, Readonly<Record<string, string>>>();
  readonly #tell: (change: Change) => void;

  constructor(tell: (change: Change) => void) {
    this.#tell = tell;
  }

  top(user: string): StoredView | undefined {
    return this.#stacks.get(user)?.at(-1);
  }

  home(user: string): StoredView | undefined {
    return this.#homes.get(user);
  }

  find(idOrExternal: string): { user: string; view: StoredView } | undefined {
    const matches = (view: StoredView) =>
      view.id === idOrExternal || (view.external_id !== '' && view.external_id === idOrExternal);
    for (const [user, stack] of this.#stacks) {
      const view = stack.find(matches);
      if (view !== undefined) return { user, view };
    }
    for (const [user, view] of this.#homes) if (matches(view)) return { user, view };
    return undefined;
  }

  open(user: string, draft: ViewDraft): StoredView {
    this.#refuseTakenExternalId(draft);
    const view = stored(draft, null, null);
    this.#stacks.set(user, [view]);
    this.show(user);
    return view;
  }

  push(user: string, draft: ViewDraft): StoredView {
    const stack = this.#stacks.get(user) ?? [];
    const previous = stack.at(-1);
    if (previous === undefined) throw new SlackError('not_found');
    if (stack.length >= stackLimit) throw new SlackError('push_limit_reached');
    this.#refuseTakenExternalId(draft);
    const view = stored(draft, null, previous);
    this.#stacks.set(user, [...stack, view]);
    this.show(user);
    return view;
  }

  update(idOrExternal: string, draft: ViewDraft, hash?: string): StoredView {
    const found = this.find(idOrExternal);
    if (found === undefined) throw new SlackError('not_found');
    if (hash !== undefined && hash !== found.view.hash) throw new SlackError('hash_conflict');
    return this.#replace(found.user, found.view, stored(draft, found.view, null));
  }

  publish(user: string, draft: ViewDraft, hash?: string): StoredView {
    const old = this.#homes.get(user);
    if (hash !== undefined && hash !== old?.hash) throw new SlackError('hash_conflict');
    const view = stored(draft, old ?? null, null);
    this.#homes.set(user, view);
    this.#tell({ user, event: { type: 'home', view: shown(view) } });
    return view;
  }

  /** Records what the person has entered so far. */
  enter(view: StoredView, values: StateValues): StoredView {
    const found = this.find(view.id);
    if (found === undefined) return view;
    const merged = { ...found.view.state.values };
    for (const [block, actions] of Object.entries(values)) merged[block] = { ...merged[block], ...actions };
    const next = { ...found.view, state: { values: merged } };
    this.#put(found.user, found.view, next);
    return next;
  }

  /** Takes the top view away, or all of them. */
  close(user: string, all = false): void {
    const stack = this.#stacks.get(user) ?? [];
    this.#stacks.set(user, all ? [] : stack.slice(0, -1));
    this.show(user);
  }

  fail(user: string, view: StoredView, errors: Readonly<Record<string, string>>): void {
    this.#errors.set(view.id, errors);
    this.show(user);
  }

  show(user: string): void {
    this.#tell({ user, event: { type: 'view', view: this.shownTop(user) } });
  }

  shownTop(user: string): View | null {
    const view = this.top(user);
    return view === undefined ? null : shown(view, this.#errors.get(view.id));
  }

  #replace(user: string, old: StoredView, next: StoredView): StoredView {
    this.#errors.delete(old.id);
    this.#put(user, old, next);
    if (next.type === 'home') this.#tell({ user, event: { type: 'home', view: shown(next) } });
    else this.show(user);
    return next;
  }

  #put(user: string, old: StoredView, next: StoredView): void {
    if (old.type === 'home') this.#homes.set(user, next);
    else {
      const stack = this.#stacks.get(user) ?? [];
      this.#stacks.set(
        user,
        stack.map((each) => (each.id === old.id ? next : each)),
      );
    }
  }

  #refuseTakenExternalId({ external_id }: ViewDraft): void {
    if (external_id && this.find(external_id) !== undefined) throw new SlackError('duplicate_external_id');
  }
}

function stored(draft: ViewDraft, old: StoredView | null, previous: StoredView | null): StoredView {
  const id = old?.id ?? newId('V');
  const blocks = withIds(draft.blocks);
  return {
    callback_id: '',
    external_id: old?.external_id ?? '',
    private_metadata: '',
    clear_on_close: false,
    notify_on_close: false,
    submit: null,
    close: null,
    ...draft,
    id,
    blocks,
    team_id: identity.teamId,
    hash: `${Math.floor(Date.now() / 1000)}.${randomBytes(4).toString('hex')}`,
    state: { values: keptValues(old, blocks) },
    root_view_id: old?.root_view_id ?? previous?.root_view_id ?? id,
    previous_view_id: old?.previous_view_id ?? previous?.id ?? null,
    app_id: identity.appId,
    app_installed_team_id: identity.teamId,
    bot_id: identity.botId,
  };
}

/** An update keeps what was entered in blocks that keep their block_id. */
function keptValues(old: StoredView | null, blocks: readonly Json[]): StateValues {
  const kept = new Set(blocks.map((block) => block['block_id']));
  return Object.fromEntries(Object.entries(old?.state.values ?? {}).filter(([block]) => kept.has(block)));
}

const words = (text: Json | null | undefined) => (text ? String(text['text']) : undefined);

export function shown(view: StoredView, errors?: Readonly<Record<string, string>>): View {
  const submit = words(view.submit);
  const close = words(view.close);
  return {
    id: view.id,
    type: view.type,
    title: words(view.title) ?? '',
    blocks: view.blocks,
    ...(submit !== undefined && { submit }),
    ...(close !== undefined && { close }),
    callback_id: view.callback_id,
    private_metadata: view.private_metadata,
    hash: view.hash,
    ...(errors !== undefined && { errors }),
  };
}
