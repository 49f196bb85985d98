import type { Button, HomeView, KnownBlock } from '@slack/types';
import { sayDuration } from '../../core/duration.ts';
import { defaultWindowSeconds } from '../../core/request.ts';
import { actionIds } from './action-ids.ts';
import { actions, context, paginate, section } from './message.ts';
import { approvalLines, errorLines, investigationLines, partLines, type Overview } from './overview.ts';
import { bold, code, line, plural } from './text.ts';

/** What is set, as far as it matters to people and is no secret. */
export interface Settings {
  readonly cluster: string;
  readonly incidentChannels: string;
  readonly remediation: 'on' | 'off';
  /** A clause. */
  readonly whoMayApprove: string;
  readonly playbooks: { readonly version: string; readonly problems: readonly string[] };
}

/** What there is to show on somebody's Home tab. `now` is unix milliseconds. */
export interface Home {
  /** Undefined while Redis, which keeps it all, is away. */
  readonly overview: Overview | undefined;
  readonly settings: Settings;
  readonly now: number;
}

/** Slack allows 100 blocks in a view. */
const mostBlocks = 100;
const mostProblems = 3;

export function homeView({ overview, settings, now }: Home): HomeView {
  const blocks: KnownBlock[] = [
    section(bold(`netcheck for cluster ${settings.cluster}`)),
    actions([refresh]),
    ...sections(overview === undefined ? redisIsAway : linesOf(overview)),
    { type: 'divider' },
    ...sections(settingLines(settings)),
    ...sections(howToAsk),
    context(`As of ${new Date(now).toISOString().slice(0, 19).replace('T', ' ')} UTC`),
  ];
  return { type: 'home', blocks: blocks.slice(0, mostBlocks) };
}

const refresh: Button = {
  type: 'button',
  action_id: actionIds.refreshHome,
  text: { type: 'plain_text', text: 'Refresh' },
};

const redisIsAway = [
  ...partLines([{ name: 'Redis', isWell: false, says: 'netcheck cannot reach it right now' }], 0),
  'Investigations, approvals and the other parts show here again once it answers.',
];

function linesOf(overview: Overview): string[] {
  const investigations = investigationLines(overview);
  return [
    ...partLines(overview.parts, overview.now),
    ...errorLines(overview),
    ...approvalLines(overview),
    ...(investigations.length === 0 ? ['No investigations in the last 7 days.'] : investigations),
  ];
}

function settingLines({
  incidentChannels,
  remediation,
  whoMayApprove,
  playbooks: { version, problems },
}: Settings): string[] {
  const left = problems.length - mostProblems;
  return [
    bold('Settings'),
    `• Starts by itself in channels called ${code(incidentChannels, 300)}`,
    remediation === 'on'
      ? `• May change the cluster once approved by ${line(whoMayApprove, 400)}`
      : '• Changes nothing in the cluster: proposals say what to run by hand',
    `• Playbooks ${code(version)}${problems.length === 0 ? '' : `, the last good version: ${plural(problems.length, 'mistake')} in the files as they are`}`,
    ...problems.slice(0, mostProblems).map((problem) => code(problem, 270)),
    ...(left > 0 ? [`… and ${left} more; ${code('/netcheck playbooks')} lists them`] : []),
  ];
}

const howToAsk = [
  bold('Ask'),
  `${code('/netcheck checkout')} in any channel, or ${code('/netcheck checkout.shop to api.stripe.com:443 since 2h')}. It looks at the last ${sayDuration(defaultWindowSeconds)} unless told otherwise.`,
  `${code('/netcheck help')} says more.`,
];

/** All of it: a view holds more than a message. */
function sections(lines: readonly string[]): KnownBlock[] {
  return paginate(lines).flat();
}
