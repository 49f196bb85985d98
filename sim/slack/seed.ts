import { identity } from './identity.ts';
import type { Channel, User } from './model.ts';

const person = (id: string, name: string, real_name: string): User => ({
  id,
  name,
  real_name,
  is_bot: false,
});

export const people: readonly User[] = [
  person('U0ALICE', 'alice', 'Alice Adeyemi'),
  person('U0BOB', 'bob', 'Bob Brandt'),
  person('U0CAROL', 'carol', 'Carol Chen'),
];

export const bot = (name: string): User => ({ id: identity.botUserId, name, real_name: name, is_bot: true });

const everybody = people.map(({ id }) => id);

export const channels: readonly Channel[] = [
  {
    id: 'C0GENERAL',
    name: 'general',
    topic: 'Company-wide announcements',
    is_private: false,
    is_archived: false,
    members: everybody,
  },
  {
    id: 'C0OPS',
    name: 'ops',
    topic: 'Incidents and on-call',
    is_private: false,
    is_archived: false,
    members: [...everybody, identity.botUserId],
  },
];

export const usergroups: Readonly<Record<string, readonly string[]>> = { S0ONCALL: ['U0ALICE', 'U0BOB'] };
