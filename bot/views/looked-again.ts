import { sayShare } from '../../core/remediation/say-outcome.ts';
import type { Run } from '../../core/follow-up/again.ts';
import type { CauseCompared, SamplesCompared } from '../../core/follow-up/compare.ts';
import type { Report } from '../../core/report.ts';
import { nameOf } from '../../core/target.ts';
import { spoken } from '../../core/verdict.ts';
import { marks } from './marks.ts';
import { paginate, section, type Message } from './message.ts';
import { bold, fallback, line, plural, sayTime } from './text.ts';

/** What would not be read in one message. */
const most = { causes: 20, samples: 12 } as const;

export function lookingAgainMessage({ by, only, effort }: Run): Message {
  const samples = effort === undefined ? '' : ', with more samples';
  const text = `Looking again at ${plural(only.length, 'cause')}${samples}, for ${by.name}`;
  return { text: fallback(text), blocks: [section(`${marks.looking} ${line(text)}`)] };
}

export function notLookedAgainMessage(why: string): Message {
  const text = `netcheck could not look again: ${why}`;
  return { text: fallback(text), blocks: [section(`${marks.unchecked} ${line(text, 600)}`)] };
}

interface LookedAgain {
  readonly run: Run;
  readonly now: Report;
  readonly causes: readonly CauseCompared[];
  readonly samples: readonly SamplesCompared[];
}

/** What has become of each cause that was looked at again, in one message. */
export function lookedAgainMessage({ run, now, causes, samples }: LookedAgain): Message {
  const what = run.effort === undefined ? 'Checked again' : 'Checked with more samples';
  const told = causes.filter((one) => !isBlindAsBefore(one));
  const blind = causes.filter(isBlindAsBefore).map(({ before }) => before.title);
  const summary = now.conclusion.summary;
  const lines = [
    `${bold(`${what} at ${sayTime(now.timings.startedAt)}`)} for ${line(run.by.name, 80)}: first → now`,
    ...told.slice(0, most.causes).map(causeLine),
    ...(told.length > most.causes ? [`… and ${plural(told.length - most.causes, 'more cause')}`] : []),
    ...(blind.length === 0
      ? []
      : [`${marks.unchecked} Still not checked (${blind.length}): ${line(blind.join('; '), 600)}`]),
    ...samplesLines(samples),
    `${bold('Of these')} ${line(summary, 1200)}`,
  ];
  const [blocks = []] = paginate(lines);
  return { text: fallback(`${nameOf(now.target)}, ${what.toLowerCase()}: ${summary}`), blocks };
}

function isBlindAsBefore({ before, now }: CauseCompared): boolean {
  return before.status === 'unchecked' && now?.status === 'unchecked';
}

function causeLine({ before, now }: CauseCompared): string {
  const title = line(before.title, 110);
  if (now === undefined)
    return `${marks.unchecked} ${title}: ${spoken[before.status]} → there is no playbook for it any more`;
  const reason = line(now.reason, 200);
  if (now.status === before.status)
    return `${marks[now.status]} ${title}: ${spoken[now.status]}, as before — ${reason}`;
  return `${marks[now.status]} ${title}: ${spoken[before.status]} (${line(before.reason, 120)}) → ${bold(spoken[now.status])} — ${reason}`;
}

/** How many samples there are now, and what they leave possible. */
function samplesLines(samples: readonly SamplesCompared[]): string[] {
  const more = samples.length - most.samples;
  return [
    ...samples.slice(0, most.samples).map(({ title, from, before, now }) => {
      const then = before === undefined ? 'none' : sayShare(before);
      return `• ${line(`${title}: from ${from} ${then} → ${sayShare(now)}`, 300)}`;
    }),
    ...(more > 0 ? [`… and ${plural(more, 'more arm')} of probes`] : []),
  ];
}
