import { bundleName } from '../bundle.ts';
import { formatDuration } from '../duration.ts';
import { quote } from '../remediation/shell.ts';
import { nameOf } from '../target.ts';
import type { Incident } from './incident.ts';

/** `cart.shop to api.example.com:443 since 30m slow`: what was asked, as a person would type it. */
export function saySubject(incident: Pick<Incident, 'request' | 'report'>): string {
  return wordsOf(incident).join(' ');
}

/** The commands that look at the same again, and that decide anew on what was seen. */
export function runAgain(incident: Incident): string {
  return [
    ['netcheck', 'run', ...wordsOf(incident)],
    ['netcheck', 'replay', bundleName(incident.report)],
  ]
    .map((command) => command.map(quote).join(' '))
    .join('\n');
}

function wordsOf({ request, report }: Pick<Incident, 'request' | 'report'>): string[] {
  const { destination, windowSeconds, symptom } = request;
  const port = destination?.port === undefined ? '' : `:${destination.port}`;
  return [
    nameOf(report.target),
    ...(destination === undefined ? [] : ['to', `${destination.host}${port}`]),
    'since',
    formatDuration(windowSeconds),
    ...(symptom === undefined ? [] : [symptom]),
  ];
}
