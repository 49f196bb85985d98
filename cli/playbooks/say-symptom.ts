import { styleText } from 'node:util';
import type { Cause } from '../../core/playbook/cause.ts';
import { causesFor, type Library } from '../../core/playbook/library.ts';
import { costByClass, looksOf, type ClassCost, type SharedLook } from '../../core/playbook/looks.ts';
import type { Symptom } from '../../core/playbook/symptom.ts';
import { probeBudgetSeconds } from '../../core/cost.ts';
import { harmless, indent, widthOf, wrap, type Screen } from '../terminal.ts';

/** When a symptom is meant, which causes are looked at for it, and what all their looks cost. */
export function saySymptom(symptom: Symptom, library: Library, screen: Screen): string {
  const width = widthOf(screen);
  const line = (text: string, by = 2): string =>
    ' '.repeat(by) + indent(wrap(harmless(text), width - by - 2), by + 2);
  const causes = causesFor(library, symptom.id);
  const looks = looksOf(causes);
  const wanted = causes.reduce((sum, { evidence }) => sum + evidence.length, 0);
  return [
    styleText('bold', line(`${symptom.id}: ${symptom.title}`, 0)),
    line(`Meant when: ${symptom.when}`, 0),
    ...patterns('Alerts', symptom.alerts, line),
    ...patterns('Messages', symptom.messages, line),
    '',
    styleText('bold', `${causes.length} causes:`),
    ...causes.map((cause) => line(`- ${sayOne(cause, symptom, causes)}`)),
    '',
    styleText('bold', line(`${looks.length} looks (${wanted} asked for, each made once):`, 0)),
    ...looks.map((look) => line(`- ${sayLook(look)}`)),
    '',
    styleText('bold', 'What they cost:'),
    ...costByClass(looks).map((cost) => line(`- ${sayCost(cost)}`)),
    line(
      `Probes are made where they can still settle a cause, side by side: as many as would take ${probeBudgetSeconds} s one after the other.`,
      0,
    ),
  ].join('\n');
}

function patterns(
  title: string,
  some: readonly RegExp[],
  line: (text: string, by: number) => string,
): string[] {
  return some.length === 0 ? [] : [line(`${title}: ${some.map((one) => one.source).join('   ')}`, 0)];
}

function sayOne({ id, title, applies }: Cause, symptom: Symptom, causes: readonly Cause[]): string {
  const doubles = causes.filter(({ lookAlikes }) => lookAlikes.includes(id)).map((one) => one.id);
  const why = symptom.causes.includes(id) ? '' : `; not listed, but looks like ${doubles.join(' and ')}`;
  const where = applies === undefined ? '' : `; only where ${applies.text}`;
  return `${id}: ${title}${why}${where}`;
}

function sayLook({ template: { title, source }, causes }: SharedLook): string {
  const kind = { promql: '', cluster: 'look-up, ', probe: 'probe, ' }[source];
  return `${title} (${kind}for ${causes.join(', ')})`;
}

function sayCost({ intrusion, looks, first, most }: ClassCost): string {
  if (intrusion === 'passive')
    return `passive: ${looks} at metrics and objects, all at once, in the time of the slowest`;
  const more = most > first ? `, with all attempts allowed ${Math.round(most)} s` : '';
  return `${intrusion}: ${looks} ${looks === 1 ? 'probe' : 'probes'}, ${Math.round(first)} s${more}`;
}
