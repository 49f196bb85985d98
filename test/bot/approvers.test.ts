import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { ApprovalPolicyError, Approvers, openApprovalPolicy } from '../../bot/approvers.ts';
import { openSlackClients } from '../../bot/slack/clients.ts';
import { parsePolicy, type ApprovalPolicy } from '../../core/remediation/policy.ts';
import type { SlackOptions } from '../../sim/slack/options.ts';
import { usergroups } from '../../sim/slack/seed.ts';
import { startSlack, type SlackSim } from '../../sim/slack/start-slack.ts';
import type { FaultRequest } from '../../sim/slack/state/faults.ts';
import { temporaryFolder, type Folder } from '../workers/support/lab.ts';
import { manifest } from './manifest.ts';

const alice = { id: 'U0ALICE', name: 'alice' };
const bob = { id: 'U0BOB', name: 'bob' };
const carol = { id: 'U0CAROL', name: 'carol' };
/** Carol asks; alice and bob are in the group S0ONCALL of the stand-in. */
const what = { remediation: 'service-selector', namespace: 'shop', requester: carol.id } as const;
const method = 'usergroups.users.list';

function policyOf(text: string): ApprovalPolicy {
  const parsed = parsePolicy('approval.yaml', text);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.policy;
}
/** The people of the stand-in's group, which a workspace changes while the bot runs. */
function setMembers(members: readonly string[]): void {
  Object.assign(usergroups, { S0ONCALL: members });
}

const byGroup = policyOf('rules: [{ usergroups: [S0ONCALL] }]');

const before = usergroups['S0ONCALL'] ?? [];
const started = new Set<SlackSim>();
afterEach(async () => {
  await Promise.all([...started].map((slack) => slack.close()));
  started.clear();
  setMembers(before);
});

interface Stage {
  readonly slack: SlackSim;
  readonly approvers: Approvers;
  readonly logged: () => string;
  /** How often Slack was asked who is in a group. */
  readonly asked: () => number;
  readonly pass: (ms: number) => void;
}

async function stage(policy: ApprovalPolicy, options: SlackOptions = {}): Promise<Stage> {
  const slack = await startSlack({ manifest, rateScale: Infinity, ...options });
  started.add(slack);
  let now = 1_000_000;
  let logged = '';
  const logger = pino({ level: 'warn' }, { write: (line: string) => (logged += line) });
  const { interactive } = openSlackClients({ token: slack.botToken, apiUrl: slack.apiUrl, logger });
  return {
    slack,
    approvers: new Approvers({ policy, slack: interactive, logger, now: () => now }),
    logged: () => logged,
    asked: () => slack.control.journal().filter((entry) => entry.method === method).length,
    pass: (ms) => void (now += ms),
  };
}

describe('who may approve', () => {
  test.each([
    ['a member of a group', 'rules: [{ usergroups: [S0ONCALL] }]', alice, undefined],
    ['nobody else', 'rules: [{ usergroups: [S0ONCALL] }]', { id: 'U0DAN', name: 'dan' }, 'not-allowed'],
    ['not the requester', 'rules: [{ usergroups: [S0ONCALL] }]', carol, 'own-request'],
    ['nobody elsewhere', 'rules: [{ usergroups: [S0ONCALL], channels: [C0OTHER] }]', alice, 'not-allowed'],
    ['somebody here', 'rules: [{ usergroups: [S0ONCALL], channels: [C0OPS] }]', alice, undefined],
  ] as const)('%s', async (_, text, person, answer) => {
    const { approvers } = await stage(policyOf(text));
    expect(await approvers.check(person, what, 'C0OPS')).toBe(answer);
  });

  test.each([
    ['no rules', 'approvers: 2', bob, undefined],
    ['a person who is named', 'rules: [{ users: [U0BOB], usergroups: [S0ONCALL] }]', bob, undefined],
    ['the requester', 'rules: [{ usergroups: [S0ONCALL] }]', carol, 'own-request'],
    ['no group', 'rules: [{ users: [U0BOB] }]', alice, 'not-allowed'],
    ['no rule for it', 'rules: [{ usergroups: [S0ONCALL], namespaces: [bank] }]', alice, 'not-allowed'],
  ] as const)('is not asked of Slack for %s', async (_, text, person, answer) => {
    const { approvers, asked } = await stage(policyOf(text));
    expect(await approvers.check(person, what, 'C0OPS')).toBe(answer);
    expect(asked()).toBe(0);
  });
});

describe('who is in a group', () => {
  test('is asked once for all who click at the same time, and not again within a minute', async () => {
    const { approvers, asked, pass } = await stage(byGroup);
    await Promise.all([alice, bob, alice].map((person) => approvers.check(person, what, 'C0OPS')));
    pass(59_999);
    await approvers.check(alice, what, 'C0OPS');
    expect(asked()).toBe(1);
  });

  test('is learnt anew after a minute', async () => {
    const { approvers, pass } = await stage(byGroup);
    const dan = { id: 'U0DAN', name: 'dan' };
    const now = () => Promise.all([alice, dan].map((person) => approvers.check(person, what, 'C0OPS')));
    expect(await now()).toEqual([undefined, 'not-allowed']);
    setMembers([dan.id]);
    pass(59_999);
    expect(await now()).toEqual([undefined, 'not-allowed']);
    pass(1);
    expect(await now()).toEqual(['not-allowed', undefined]);
  });
});

describe('where Slack cannot say', () => {
  test.each<[string, FaultRequest, string]>([
    ['trouble', { kind: 'http_error', method, status: 503 }, '"kind":"uncertain"'],
    ['a refusal', { kind: 'error', method, error: 'access_denied' }, '"code":"access_denied"'],
    ['a lost connection', { kind: 'drop', method }, '"kind":"uncertain"'],
  ])('%s lets nobody in, and the next click may', async (_, fault, line) => {
    const { approvers, slack, logged } = await stage(byGroup);
    slack.control.fault(fault);
    expect(await approvers.check(alice, what, 'C0OPS')).toBe('cannot-tell');
    expect(logged()).toContain(line);
    expect(await approvers.check(alice, what, 'C0OPS')).toBeUndefined();
  });

  test('a rate limit lets nobody in', async () => {
    const { approvers, slack, logged } = await stage(byGroup);
    slack.control.fault({ kind: 'rate_limit', method, retry_after: 30 });
    expect(await approvers.check(alice, what, 'C0OPS')).toBe('cannot-tell');
    expect(logged()).toContain('"kind":"rate-limited","afterMs":30000');
  });

  test('no answer lets nobody in, in less than two seconds', async () => {
    const { approvers, slack } = await stage(byGroup);
    slack.control.fault({ kind: 'hang', method });
    const since = performance.now();
    expect(await approvers.check(alice, what, 'C0OPS')).toBe('cannot-tell');
    expect(performance.now() - since).toBeLessThan(2000);
  });

  test('a missing scope lets nobody in', async () => {
    const scopes = manifest.oauth_config.scopes.bot.filter((scope) => scope !== 'usergroups:read');
    const { approvers, logged } = await stage(byGroup, {
      manifest: { ...manifest, oauth_config: { scopes: { bot: scopes } } },
    });
    expect(await approvers.check(alice, what, 'C0OPS')).toBe('cannot-tell');
    expect(logged()).toContain('missing_scope');
  });

  test('a group that does not exist lets nobody in, and keeps out none of another', async () => {
    const { approvers } = await stage(policyOf('rules: [{ usergroups: [S0GONE, S0ONCALL] }]'));
    expect(await approvers.check(alice, what, 'C0OPS')).toBeUndefined();
    const dan = { id: 'U0DAN', name: 'dan' };
    expect(await approvers.check(dan, what, 'C0OPS')).toBe('cannot-tell');
  });
});

describe('the policy', () => {
  let folder: Folder;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => folder.remove());

  test.each([
    [{}, false],
    [{ NETCHECK_APPROVAL: 'not-requester' }, false],
    [{ NETCHECK_APPROVAL: 'anyone' }, true],
  ] as const)('%p', async (config, requesterMayApprove) => {
    expect(await openApprovalPolicy(config)).toEqual({ requesterMayApprove, approvers: 1, rules: undefined });
  });

  test('of a file', async () => {
    const NETCHECK_APPROVAL_POLICY = await folder.write('good.yaml', 'approvers: 2\n');
    expect(await openApprovalPolicy({ NETCHECK_APPROVAL_POLICY })).toMatchObject({ approvers: 2 });
  });

  test('with mistakes is refused, each in a line', async () => {
    const file = await folder.write('bad.yaml', 'approvers: 3\nrules: []\n');
    await expect(openApprovalPolicy({ NETCHECK_APPROVAL_POLICY: file })).rejects.toThrow(
      new ApprovalPolicyError(
        `${file}:1:12 expected 1 or 2 at approvers\n${file}:2:8 expected at least one at rules`,
      ),
    );
  });

  test('that cannot be read is refused', async () => {
    const gone = openApprovalPolicy({ NETCHECK_APPROVAL_POLICY: '/gone.yaml' });
    await expect(gone).rejects.toThrow(ApprovalPolicyError);
    await expect(gone).rejects.toThrow(/^NETCHECK_APPROVAL_POLICY: cannot read \/gone\.yaml: .*ENOENT/);
  });
});
