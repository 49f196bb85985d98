import { editDistance, nearest } from '../text.ts';
import { VerdictStatus } from '../verdict.ts';
import type { Case } from './cases.ts';
import type { Cause } from './cause.ts';
import type { Library } from './library.ts';
import { linksOf, locate, parseDocument } from './markdown.ts';
import { metricsIn } from './promql-metrics.ts';
import { pieceOf, Problems, type Located, type PlaybookProblem } from './problem.ts';

/** What a case can be expected to show; a conflict is a fault of the rules and needs no case. */
const shown = VerdictStatus.options.filter((status) => status !== 'conflict');

interface Written {
  readonly file: string;
  readonly source: string;
  /** Ids of all causes. */
  readonly known: ReadonlySet<string>;
}

/**
 * What the cases of a cause leave out: a verdict that none of them shows, a double that none tells apart. Who writes and
 * who tests a cause hears of it; a process that starts does not, since no verdict in production depends on it.
 */
export function missingCases(cause: Cause, { file, source, known }: Written): readonly PlaybookProblem[] {
  const problems = new Problems(file);
  const { sections } = parseDocument(source);
  const top = { text: source, line: 1, column: 1 };
  const title = sections.find((section) => section.title.text === 'Cases')?.title ?? top;
  for (const status of shown.filter((one) => !cause.cases.some(({ expect }) => expect === one)))
    problems.report(`Unexpected cases without one of ${status}, expected at least one each`, title);
  const told = new Set(cause.cases.flatMap(({ lookAlikes }) => lookAlikes));
  const links = linksOf(sections.find((section) => section.title.text === 'Look-alikes')?.content ?? []);
  for (const id of cause.lookAlikes.filter((one) => !told.has(one))) {
    const link = links.find(({ url }) => url.replace('./', '') === `${id}.md`);
    problems.report(
      `Unexpected look-alike without a case, expected one with look_alike: ${id}`,
      link === undefined ? top : locate(link, source),
    );
  }
  const others = new Set([...known].filter((id) => id !== cause.id));
  for (const one of cause.cases)
    for (const id of one.lookAlikes.filter((named) => !others.has(named)))
      problems.report(unknown(id, others), placeOf(id, one, source));
  for (const { name, message } of unasked(cause))
    problems.report(message, top, Math.max(source.indexOf(name, source.lastIndexOf('\n## Cases')), 0));
  return problems.inOrder();
}

/** Metrics that cases state and no query asks for by a letter or three: misspelt here or there, so nothing answers. */
function unasked({ evidence, chart, cases }: Cause): { name: string; message: string }[] {
  const asked = new Set<string>();
  for (const look of [...evidence, ...(chart ? [chart] : [])]) {
    const metrics = look.source === 'promql' ? metricsIn(look.query) : new Set<string>();
    if (metrics === undefined) return [];
    for (const name of metrics) asked.add(name);
  }
  const stated = new Set(cases.flatMap(({ series }) => series.map(({ labels }) => labels['__name__'] ?? '')));
  // A case may well state what nobody asks for, to show that it changes nothing.
  return [...stated].flatMap((name) => {
    const meant = [...asked].find((one) => editDistance(one, name) <= 3);
    if (meant === undefined || asked.has(name)) return [];
    return [{ name, message: `Unexpected metric ${name}, expected ${meant}, which a query asks for` }];
  });
}

/** The same of every cause of a library. */
export function missingCasesIn({ causes, files }: Library): readonly PlaybookProblem[] {
  const known = new Set(causes.keys());
  return files.flatMap(({ name, path, source }) => {
    const cause = causes.get(/^causes\/(.*)\.md$/.exec(name)?.[1] ?? '');
    return cause === undefined ? [] : missingCases(cause, { file: path, source, known });
  });
}

function unknown(id: string, others: ReadonlySet<string>): string {
  const near = nearest(id, others);
  return `Unexpected look_alike ${id}, expected ${near.length > 0 ? near.join(' or ') : 'the id of another cause'}`;
}

/** Where a case names an id: behind its first `look_alike`. */
function placeOf(id: string, { line }: Case, source: string): Located {
  const lines = source.split('\n');
  const text = lines.slice(line - 1).join('\n');
  const found = text.indexOf(id, text.indexOf('look_alike'));
  return pieceOf({ text, line, column: 1 }, Math.max(found, 0));
}
