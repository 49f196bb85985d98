import * as z from 'zod';
import { parseCases, type Case } from './cases.ts';
import type { ChangeTemplate } from './change-block.ts';
import { compile, languageOf, type Expression, type Language } from './cel.ts';
import { parseEvidence, type EvidenceTemplate, type ReadEvidence } from './evidence-template.ts';
import type { Declaration, Declarations } from './explain.ts';
import { readFixes, type Fix } from './fix.ts';
import { linksOf, locate, parseDocument, readFence, type Section } from './markdown.ts';
import { pieceOf, Problems, type Located, type PlaybookProblem } from './problem.ts';
import { readCoverage, readOtherwise, readRules, type Coverage, type Reader, type Rule } from './rules.ts';
import type { Sentence } from './sentence.ts';
import { probes, type Probe } from '../probes.ts';
import { nearest } from '../text.ts';
import { readTerms } from './terms.ts';
import { readTrial, type Trial } from './trial.ts';
import { parseYaml } from './yaml.ts';

/** One hypothesis: what to look at, what rules it out, what proves it. The file it came from is its documentation. */
export interface Cause {
  readonly id: string;
  readonly title: string;
  /** False for what only looks like the network, as CPU throttling does. */
  readonly network: boolean;
  /** To which targets it can happen, where not to all. */
  readonly applies?: Expression;
  readonly evidence: readonly EvidenceTemplate[];
  readonly eliminatedWhen: readonly Rule[];
  readonly confirmedWhen: readonly Rule[];
  /** What speaks for it without proving it: it stands, though something could not be looked at. */
  readonly standsWhen: readonly Rule[];
  /** Said when none of these holds. */
  readonly otherwise: Sentence;
  /** How much of the symptom it accounts for, where that can be counted. */
  readonly explains?: Coverage;
  /** The narrowest first. */
  readonly fixes: readonly Fix[];
  readonly trial?: Trial;
  /** Ids of the causes that show the same symptom and must be ruled out before this one is called found. */
  readonly lookAlikes: readonly string[];
  /** Looked at once the cause is confirmed: its course over time, for people. */
  readonly chart?: EvidenceTemplate;
  readonly cases: readonly Case[];
}

const FrontMatter = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Unexpected value, expected words-like-this'),
  title: z.string().min(1),
  network: z.boolean().default(true),
  applies: z.string().optional(),
});

const required = ['Evidence', 'Eliminated when', 'Confirmed when', 'Otherwise', 'Cases'] as const;
const optional = ['Terms', 'Stands when', 'Explains', 'Fix', 'Trial', 'Look-alikes', 'Chart'] as const;
const sectionNames: readonly string[] = [...required, ...optional];

interface Options {
  /** Whether cases are read, and missed. They decide nothing, and take longer to read than all the rest. */
  readonly cases?: 'read' | 'skip';
  /** Ids of all causes, which links may name; without them no link is checked. */
  readonly known?: ReadonlySet<string>;
}

/** Parses `causes/<id>.md`; either a cause or everything that is wrong with it. */
export function parseCause(
  source: string,
  file: string,
  { cases: reading = 'read', known }: Options = {},
): { cause: Cause } | { problems: readonly PlaybookProblem[] } {
  const problems = new Problems(file);
  const document = parseDocument(reading === 'skip' ? withoutLastCases(source) : source);
  const head = readFrontMatter(document.frontMatter, file, problems);
  // Without its two lines `---`, front matter looks like headings.
  if (document.frontMatter === undefined) return { problems: problems.found };
  if (isOpen(document.sections, problems)) return { problems: problems.found };
  const sections = readSections(document.sections, endOf(source), reading, problems);

  const evidence = parseEvidence(sections.get('Evidence'), source, problems);
  const drawn = parseEvidence(sections.get('Chart'), source, problems, 'allowed');
  if (!evidence.named || !drawn.named) return { problems: problems.inOrder() };
  const reader = { source, language: languageOf(declarationsOf(evidence)), problems };
  const terms = readTerms(sections.get('Terms'), reader);
  const eliminatedWhen = readRules(sections.get('Eliminated when'), reader);
  const confirmedWhen = readRules(sections.get('Confirmed when'), reader);
  const standsWhen = readRules(sections.get('Stands when'), reader);
  const otherwise = readOtherwise(sections.get('Otherwise'), reader);
  const explains = readCoverage(sections.get('Explains'), reader);
  const fixes = readFixes(sections.get('Fix'), reader);
  const trial = head && readTrial(sections.get('Trial'), { own: head.id, known }, reader);
  const lookAlikes = readLookAlikes(sections.get('Look-alikes'), head?.id, known, reader);
  const [chart] = drawn.templates;
  const cases = reading === 'skip' ? [] : parseCases(sections.get('Cases'), evidence, problems);

  const rules = [...eliminatedWhen, ...confirmedWhen, ...standsWhen];
  const said = [
    otherwise,
    explains?.share,
    explains?.because,
    ...rules.flatMap((rule) => [rule.when, rule.because, rule.culprit]),
    ...readByChanges([...fixes, ...(trial ? [trial] : [])], evidence),
  ];
  reportUnread({ evidence: evidence.places, term: terms }, said, reader.language, problems);
  const applies = readApplies(head?.applies, document.frontMatter, problems);
  if (problems.found.length > 0 || head === undefined || otherwise === undefined)
    return { problems: problems.inOrder() };
  return {
    cause: {
      id: head.id,
      title: head.title,
      network: head.network,
      ...(applies && { applies }),
      evidence: evidence.templates,
      eliminatedWhen,
      confirmedWhen,
      standsWhen,
      otherwise,
      ...(explains && { explains }),
      fixes,
      ...(trial && { trial }),
      lookAlikes,
      ...(chart && { chart }),
      cases,
    },
  };
}

/** The text before its cases, where they come last, as they do. */
function withoutLastCases(source: string): string {
  const last = source.lastIndexOf('\n## ');
  return source.startsWith('\n## Cases\n', last) ? source.slice(0, last + 1) : source;
}

function declarationsOf({ templates, places }: ReadEvidence): Declarations {
  const unreadable = [...places.keys()].map((name) => [name, { source: 'unreadable' }] as const);
  return new Map<string, Declaration>([
    ...unreadable,
    ...templates.map((one) => [one.name, declarationOf(one)] as const),
  ]);
}

function declarationOf(one: EvidenceTemplate): Declaration {
  switch (one.source) {
    case 'promql':
      return { source: one.source, unit: one.unit };
    case 'cluster':
      return { source: one.source, lookup: one.lookup };
    case 'probe': {
      const { labels, facts }: Probe = probes[one.probe];
      return { source: one.source, ...(facts ? { facts } : { arms: { from: one.from, labels } }) };
    }
  }
}

/** What fixes and trials read. Nobody probes for their sake, so that a probe which only they read is never made. */
function readByChanges(
  changes: readonly ChangeTemplate[],
  { templates }: ReadEvidence,
): Pick<Expression, 'reads' | 'terms'>[] {
  const probed = new Set(templates.flatMap(({ name, source }) => (source === 'probe' ? [name] : [])));
  return changes
    .flatMap(({ when, params, summary, risk }) => [when, ...Object.values(params), summary, risk])
    .flatMap((one) =>
      one === undefined ? [] : [{ reads: one.reads.filter((name) => !probed.has(name)), terms: one.terms }],
    );
}

/**
 * A look that nothing reads costs time and tells nobody; nor does a term that nothing uses. A rule that does not parse reads
 * nothing, so mistakes come first.
 */
function reportUnread(
  places: { readonly evidence: ReadonlyMap<string, Located>; readonly term: ReadonlyMap<string, Located> },
  readers: readonly (Pick<Expression, 'reads' | 'terms'> | undefined)[],
  { terms }: Language,
  problems: Problems,
): void {
  if (problems.found.length > 0) return;
  const used = readers.flatMap((one) => (one === undefined ? [] : [...one.reads, ...one.terms]));
  const evidence = new Set([...used, ...[...terms.values()].flatMap(({ names }) => [...names])]);
  const isRead = { evidence, term: new Set(used) };
  for (const what of ['evidence', 'term'] as const)
    for (const [name, place] of places[what])
      if (!isRead[what].has(name))
        problems.report(`Unexpected ${what} ${name}, expected a rule or sentence that reads it`, place);
}

function readFrontMatter(
  frontMatter: Located | undefined,
  file: string,
  problems: Problems,
): z.infer<typeof FrontMatter> | undefined {
  if (frontMatter === undefined) {
    problems.report('Unexpected start, expected front matter: id and title between two lines of ---', {
      text: '',
      line: 1,
      column: 1,
    });
    return undefined;
  }
  const head = parseYaml(frontMatter, FrontMatter, problems);
  const expected = file.replace(/^.*\//, '').replace(/\.md$/, '');
  if (head !== undefined && head.id !== expected) {
    problems.report(`Unexpected id ${head.id}, expected ${expected}, the name of the file`, frontMatter);
  }
  return head;
}

/** A rule over the target alone. */
function readApplies(
  text: string | undefined,
  frontMatter: Located | undefined,
  problems: Problems,
): Expression | undefined {
  if (text === undefined || frontMatter === undefined) return undefined;
  // A text with escapes is not found as it is; then its key is where it begins.
  const written = frontMatter.text.indexOf(text);
  const start = written === -1 ? frontMatter.text.indexOf('applies:') : written;
  const source = pieceOf(frontMatter, start, text);
  return compile(languageOf(new Map()), source, 'rule', problems);
}

function readSections(
  sections: readonly Section[],
  end: Located,
  cases: NonNullable<Options['cases']>,
  problems: Problems,
): ReadonlyMap<string, Section> {
  const byTitle = new Map<string, Section>();
  for (const section of sections) {
    const written = section.title.text;
    const [meant] = sectionNames.includes(written) ? [written] : nearest(written, sectionNames, 1);
    const title = meant ?? written;
    if (title !== written || meant === undefined) {
      const expected = meant ?? `one of ${sectionNames.join(', ')}`;
      problems.report(`Unexpected section ${written}, expected ${expected}`, section.title);
    }
    if (byTitle.has(title)) problems.report(`Unexpected second section ${title}`, section.title);
    byTitle.set(title, section);
  }
  for (const name of required.filter((one) => cases === 'read' || one !== 'Cases')) {
    if (!byTitle.has(name)) problems.report(`Unexpected end, expected a section "## ${name}"`, end);
  }
  return byTitle;
}

/** Whether a block has no end: then it swallows what follows it, and nothing else can be judged. */
function isOpen(sections: readonly Section[], problems: Problems): boolean {
  for (const node of sections.flatMap(({ content }) => content)) {
    if (node.type !== 'code') continue;
    const fence = readFence(node);
    const next = fence.text.search(/^```/m);
    if (next !== -1)
      problems.report('Unexpected begin of a block, expected ``` that ends the block above', fence, next);
  }
  return problems.found.some(({ message }) => message.includes('begin of a block'));
}

function endOf(source: string): Located {
  return { text: '', line: source.trimEnd().split('\n').length, column: 1 };
}

/** `## Look-alikes`: prose; each link to another cause's file names one. */
function readLookAlikes(
  section: Section | undefined,
  own: string | undefined,
  known: ReadonlySet<string> | undefined,
  { source, problems }: Reader,
): string[] {
  const ids = new Set<string>();
  for (const link of section === undefined ? [] : linksOf(section.content)) {
    if (/^https?:/.test(link.url)) continue;
    const id = /^(?:\.\/)?([a-z0-9-]+)\.md$/.exec(link.url)?.[1];
    if (id !== undefined && id !== own && known?.has(id) !== false) ids.add(id);
    else
      problems.report(
        unknownLink(
          link.url,
          [...(known ?? [])].filter((one) => one !== own),
        ),
        locate(link, source),
      );
  }
  return [...ids];
}

function unknownLink(url: string, others: readonly string[]): string {
  const [meant] = nearest(url.replace(/^.*\/|\.md$/g, ''), others, 1);
  return `Unexpected link ${url}, expected the file of another cause, as in ${meant ?? 'conntrack-table-full'}.md`;
}
