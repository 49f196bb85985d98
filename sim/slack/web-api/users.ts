import { z } from 'zod';
import { identity } from '../identity.ts';
import type { User } from '../model.ts';
import { usergroups } from '../seed.ts';
import { SlackError } from '../slack-error.ts';
import { method, page, paged } from './method.ts';

const wireUser = ({ id, name, real_name, is_bot }: User) => ({
  id,
  team_id: identity.teamId,
  name,
  real_name,
  deleted: false,
  is_bot,
  is_app_user: false,
  is_admin: false,
  tz: 'Etc/UTC',
  tz_offset: 0,
  profile: { real_name, display_name: name, real_name_normalized: real_name, team: identity.teamId },
});

export const users = {
  'auth.test': method({
    tier: 'generous',
    args: z.object({}),
    run: (_args, { url, workspace }) => ({
      url: `${url}/`,
      team: identity.teamName,
      user: workspace.users.get(identity.botUserId)?.name,
      team_id: identity.teamId,
      user_id: identity.botUserId,
      bot_id: identity.botId,
      is_enterprise_install: false,
    }),
  }),

  'apps.connections.open': method({
    token: 'app',
    tier: 'tier1',
    args: z.object({}),
    run: (_args, { socket, url }) => ({ url: `${url.replace(/^http/, 'ws')}${socket.ticket()}` }),
  }),

  'users.info': method({
    scopes: ['users:read'],
    tier: 'tier4',
    args: z.object({ user: z.string() }),
    run(args, { workspace }) {
      const user = workspace.users.get(args.user);
      if (user === undefined) throw new SlackError('user_not_found');
      return { user: wireUser(user) };
    },
  }),

  'users.list': method({
    scopes: ['users:read'],
    tier: 'tier2',
    args: z.object(page),
    run(args, { workspace }) {
      const { part, next } = paged([...workspace.users.values()], args);
      return { members: part.map(wireUser), response_metadata: { next_cursor: next } };
    },
  }),

  'usergroups.users.list': method({
    scopes: ['usergroups:read'],
    tier: 'tier2',
    args: z.object({ usergroup: z.string() }),
    run(args) {
      const members = usergroups[args.usergroup];
      if (members === undefined) throw new SlackError('no_such_subteam');
      return { users: members };
    },
  }),
};
