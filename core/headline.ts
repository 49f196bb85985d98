import type { Report } from './report.ts';
import { nameOf } from './target.ts';
import { plural } from './text.ts';

/** The conclusion in a headline: what it is, and who did it. */
export function headlineOf({ conclusion, hypotheses, target }: Report): string {
  const named = conclusion.causes.flatMap((id) => hypotheses.filter(({ cause }) => cause === id));
  const [first] = named;
  const culprit = first?.culprit === undefined ? '' : ` (${first.culprit})`;
  const more = named.length > 1 ? ` and ${named.length - 1} more` : '';
  const of = nameOf(target);
  switch (conclusion.kind) {
    case 'cause-found':
      return `${of}: ${first?.title ?? conclusion.summary}${culprit}${more}`;
    case 'not-the-network': {
      const what = first === undefined ? '' : `: ${first.title}${culprit}${more}`;
      return `${of}: not the network${what}`;
    }
    case 'narrowed': {
      const to = `narrowed to ${named.length}: ${named.map(({ title }) => title).join('; ')}`;
      return `${of}: ${named.length === 0 ? 'nothing found that explains it' : to}`;
    }
    case 'inconclusive': {
      const unchecked = hypotheses.filter(({ status }) => status === 'unchecked').length;
      return `${of}: nothing proven, ${plural(unchecked, 'cause')} not checked`;
    }
  }
}
