import type { Request } from '../request.ts';
import { nameOf, type Candidate } from '../target.ts';
import { distinctTexts } from './alert.ts';
import { cardsOf, SlackMessage, type Card } from './card.ts';
import { plain } from './mrkdwn.ts';
import type { Named } from './named.ts';
import { routeAlert } from './route.ts';
import { readSlackAlert } from './slack-message.ts';
import type { SymptomPatterns } from './symptom-of.ts';
import { wordsIn } from './text-names.ts';

/** What a person may have meant by a message that they pointed at. */
export type About = Pick<Request, 'subject' | 'symptom'>;

interface Around {
  readonly symptoms: readonly SymptomPatterns[];
  /** The Services of the cluster; empty where they could not be listed. */
  readonly known: readonly Candidate[];
  /** What the person says about it; a Service named there is meant, whatever the message names. */
  readonly spoken?: string;
  /** What else was said, in the order in which it counts. */
  readonly beside: readonly string[];
}

/** The Service and symptom that an alert names; of any other message, whoever wrote it, what it says. */
export function aboutMessage(message: unknown, { symptoms, known, spoken = '', beside }: Around): About {
  if (wordsIn([spoken], known).length > 0) return { subject: { kind: 'mentioned', texts: [spoken.trim()] } };
  const alert = readSlackAlert(message);
  const route =
    alert === undefined ? ({ kind: 'unknown' } as const) : routeAlert(alert, { rules: [], symptoms, known });
  const said = (first: readonly string[]): About['subject'] => ({
    kind: 'mentioned',
    texts: distinctTexts([...first, ...textsOfMessage(message), spoken, ...beside]),
  });
  if (route.kind === 'unknown') return { subject: said([]) };
  const { symptom } = route;
  const subject: About['subject'] =
    route.kind === 'ambiguous'
      ? said([route.candidates.map(sayNamed).join(' ')])
      : {
          kind: 'named',
          service: route.service,
          ...(route.namespace !== undefined && { namespace: route.namespace }),
        };
  return { subject, ...(symptom !== undefined && { symptom }) };
}

function sayNamed({ service, namespace }: Named): string {
  return namespace === undefined ? service : nameOf({ service, namespace });
}

function textsOfMessage(message: unknown): string[] {
  const parsed = SlackMessage.safeParse(message);
  return parsed.success ? [plain(parsed.data.text), ...cardsOf(parsed.data).map(sayCard)] : [];
}

function sayCard({ above, title, lines, fields }: Card): string {
  const values = fields.map(([name, value]) => `${name}: ${value}`);
  return [above, title, ...lines, ...values].filter((part) => part !== '').join('\n');
}
