import { lacksOf, type Lack } from '../../core/lacks.ts';
import type { Report } from '../../core/report.ts';
import { nameOf } from '../../core/target.ts';
import { marks } from './marks.ts';
import { paginate, type Message } from './message.ts';
import { bold, fallback, line, plural } from './text.ts';

/** What it was, then what it was not, then what could not be checked and how to make it checkable. */
export function conclusionMessages(report: Report): Message[] {
  const lines = [
    ...saidFirst(report),
    ...ruledOut(report),
    ...stillOpen(report),
    ...notChecked(report),
    ...gapsOf(report),
  ];
  return paginate(lines).map((blocks) => ({
    text: fallback(`${nameOf(report.target)}: ${report.conclusion.summary}`),
    blocks,
  }));
}

/** The first sentence of the summary is the answer; it stands out. */
function saidFirst({ conclusion }: Report): string[] {
  const [, first = conclusion.summary, rest = ''] =
    /^(.{1,300}?[.!?])\s+(.*)$/s.exec(conclusion.summary) ?? [];
  return [`${bold(first, 700)}${rest === '' ? '' : ` ${line(rest, 2000)}`}`];
}

function ruledOut({ hypotheses }: Report): string[] {
  const eliminated = hypotheses.filter(({ status }) => status === 'eliminated');
  if (eliminated.length === 0) return [];
  const titles = eliminated.map(({ title }) => title).join('; ');
  return ['', `${marks.eliminated} ${bold(`Ruled out (${eliminated.length})`)} ${line(titles, 2000)}`];
}

function stillOpen({ hypotheses, conclusion }: Report): string[] {
  const open = hypotheses.filter(
    ({ status, cause }) =>
      (status === 'standing' || status === 'conflict') && !conclusion.causes.includes(cause),
  );
  if (open.length === 0) return [];
  return [
    '',
    `${marks.standing} ${bold(`Not ruled out (${open.length})`)}`,
    ...open.map(({ title, reason }) => `• ${line(title, 110)} — ${line(reason, 260)}`),
  ];
}

/** One line for each cure: a missing right that blinds four hypotheses is one thing to do. */
function notChecked(report: Report): string[] {
  const blind = report.hypotheses.filter(({ status }) => status === 'unchecked');
  if (blind.length === 0) return [];
  const titles = blind.map(({ title }) => title).join('; ');
  return [
    '',
    `${marks.unchecked} ${bold(`Could not check (${blind.length})`)} ${line(titles, 1500)}`,
    ...lacksOf(report).map(lackLine),
  ];
}

function lackLine({ titles, why, cure }: Lack): string {
  const more = titles.length > 3 ? ` and ${plural(titles.length - 3, 'more look', 'more looks')}` : '';
  const shown = line(titles.slice(0, 3).join('; ') + more, 400);
  return `• ${shown}: ${line(why.detail, 260)} → ${line(cure, 260)}`;
}

/** What of the target itself stayed unknown; looks that needed it could not be made. */
function gapsOf({ target }: Report): string[] {
  return target.gaps.slice(0, 5).map((gap) => `• ${line(gap, 300)}`);
}
