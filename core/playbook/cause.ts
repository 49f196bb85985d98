import type { Environment } from '@marcbachmann/cel-js';
import type { Code, RootContent } from 'mdast';
import * as z from 'zod';
import { isRemediationId, remediations, type RemediationId } from '../remediations.ts';
import { parseCases, type Case } from './cases.ts';
import { celEnvironment, compile, type Expression } from './cel.ts';
import { parseEvidence, type EvidenceTemplate } from './evidence-template.ts';
import type { Declarations } from './explain.ts';
import { locate, parseDocument, readFence, readParagraph, type Section } from './markdown.ts';
import { Problems, type Located, type PlaybookProblem } from './problem.ts';
import { parseSentence, type Sentence } from './sentence.ts';
import { parseYaml } from './yaml.ts';

/** A condition, the sentence that says it with its numbers, and (for a confirmation) who did it. */
export interface Rule {
  readonly when: Expression;
  readonly because: Sentence;
  readonly culprit?: Sentence;
}

interface Fix {
  readonly remediation: RemediationId;
  readonly params: Readonly<Record<string, Sentence>>;
  readonly summary: Sentence;
  readonly risk: string;
}

/** One hypothesis: what to look at, what rules it out, what proves it. The file it came from is its documentation. */
export interface Cause {
  readonly id: string;
  readonly title: string;
  /** False for what only looks like the network, as CPU throttling does. */
  readonly network: boolean;
  readonly evidence: readonly EvidenceTemplate[];
  readonly eliminatedWhen: readonly Rule[];
  readonly confirmedWhen: readonly Rule[];
  /** Said when neither holds. */
  readonly otherwise: Sentence;
  readonly fix?: Fix;
  /** Looked at once the cause is confirmed: its course over time, for people. */
  readonly chart?: EvidenceTemplate;
  readonly cases: readonly Case[];
}

const FrontMatter = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Unexpected value, expected words-like-this'),
  title: z.string().min(1),
  network: z.boolean().default(true),
});

const FixBlock = z.strictObject({
  remediation: z.string(),
  params: z.record(z.string(), z.string()).default({}),
});

const required = ['Evidence', 'Eliminated when', 'Confirmed when', 'Otherwise', 'Cases'] as const;
const optional = ['Fix', 'Look-alikes', 'Chart'] as const;
const sectionNames: readonly string[] = [...required, ...optional];

/** Parses `causes/<id>.md`; either a cause or everything that is wrong with it. */
export function parseCause(
  source: string,
  file: string,
): { cause: Cause } | { problems: readonly PlaybookProblem[] } {
  const problems = new Problems(file);
  const document = parseDocument(source);
  const head = readFrontMatter(document.frontMatter, file, problems);
  const sections = readSections(document.sections, endOf(source), problems);

  const evidence = parseEvidence(sections.get('Evidence'), source, problems);
  const declarations: Declarations = new Map(
    evidence.map((one) => [one.name, one.source === 'cluster' ? { lookup: one.lookup } : {}]),
  );
  const reader = { source, env: celEnvironment(declarations), declarations, problems };

  const eliminatedWhen = readRules(sections.get('Eliminated when'), reader);
  const confirmedWhen = readRules(sections.get('Confirmed when'), reader);
  const otherwise = readOtherwise(sections.get('Otherwise'), reader);
  const fix = readFix(sections.get('Fix'), reader);
  const [chart] = parseEvidence(sections.get('Chart'), source, problems);
  const cases = parseCases(sections.get('Cases'), evidence, problems);

  const rules = [...eliminatedWhen, ...confirmedWhen];
  const said = [otherwise, ...rules.flatMap(({ because, culprit }) => [because, culprit])];
  const read = [...rules.map(({ when }) => when), ...said].flatMap((one) => one?.reads ?? []);
  const unread = evidence.filter(({ name }) => !read.includes(name));
  const where = sections.get('Evidence');
  // A rule that does not parse reads nothing.
  if (problems.found.length === 0 && where !== undefined) {
    for (const { name } of unread)
      problems.report(`Unexpected evidence ${name}, expected a rule or sentence that reads it`, where.title);
  }
  if (problems.found.length > 0 || head === undefined || otherwise === undefined)
    return { problems: problems.found };
  return {
    cause: {
      ...head,
      evidence,
      eliminatedWhen,
      confirmedWhen,
      otherwise,
      ...(fix && { fix }),
      ...(chart && { chart }),
      cases,
    },
  };
}

interface Reader {
  readonly source: string;
  readonly env: Environment;
  readonly declarations: Declarations;
  readonly problems: Problems;
}

function readFrontMatter(
  frontMatter: Located | undefined,
  file: string,
  problems: Problems,
): z.infer<typeof FrontMatter> | undefined {
  if (frontMatter === undefined) {
    problems.report('Unexpected start, expected front matter with id and title', {
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

function readSections(
  sections: readonly Section[],
  end: Located,
  problems: Problems,
): ReadonlyMap<string, Section> {
  const byTitle = new Map<string, Section>();
  for (const section of sections) {
    const title = section.title.text;
    if (!sectionNames.includes(title)) {
      problems.report(
        `Unexpected section ${title}, expected one of ${sectionNames.join(', ')}`,
        section.title,
      );
    }
    if (byTitle.has(title)) problems.report(`Unexpected second section ${title}`, section.title);
    byTitle.set(title, section);
  }
  for (const name of required) {
    if (!byTitle.has(name)) problems.report(`Unexpected end, expected a section "## ${name}"`, end);
  }
  return byTitle;
}

function endOf(source: string): Located {
  return { text: '', line: source.trimEnd().split('\n').length, column: 1 };
}

/** Rules come in pairs: a `cel` fence, then the paragraph that says it; a paragraph `Culprit: …` may follow. */
function readRules(section: Section | undefined, reader: Reader): Rule[] {
  const rules: Rule[] = [];
  const content = section?.content ?? [];
  for (const [index, node] of content.entries()) {
    if (node.type !== 'code' || node.lang !== 'cel') continue;
    const fence = readFence(node);
    const when = compile(reader.env, reader.declarations, fence, 'rule', reader.problems);
    const because = sentenceAt(content[index + 1], reader);
    const culprit = culpritAt(content[index + 2], reader);
    if (because === undefined)
      reader.problems.report('Unexpected rule without a sentence, expected a paragraph below it', fence);
    if (when !== undefined && because !== undefined)
      rules.push({ when, because, ...(culprit && { culprit }) });
  }
  if (section !== undefined && rules.length === 0 && reader.problems.found.length === 0) {
    reader.problems.report('Unexpected empty section, expected a cel rule', section.title);
  }
  return rules;
}

function readOtherwise(section: Section | undefined, reader: Reader): Sentence | undefined {
  const sentence = sentenceAt(section?.content[0], reader);
  if (section !== undefined && sentence === undefined) {
    reader.problems.report('Unexpected empty section, expected one sentence', section.title);
  }
  return sentence;
}

function sentenceAt(
  node: RootContent | undefined,
  { source, env, declarations, problems }: Reader,
): Sentence | undefined {
  if (node?.type !== 'paragraph') return undefined;
  return parseSentence(readParagraph(node, source), env, declarations, problems);
}

const culpritPrefix = 'Culprit: ';

function culpritAt(
  node: RootContent | undefined,
  { source, env, declarations, problems }: Reader,
): Sentence | undefined {
  if (node?.type !== 'paragraph') return undefined;
  const text = readParagraph(node, source);
  if (!text.text.startsWith(culpritPrefix)) return undefined;
  const rest = {
    ...text,
    text: text.text.slice(culpritPrefix.length),
    column: text.column + culpritPrefix.length,
  };
  return parseSentence(rest, env, declarations, problems);
}

/** `## Fix`: a sentence, and where netcheck can do it a `yaml fix` block and a paragraph `Risk: …`. */
function readFix(section: Section | undefined, reader: Reader): Fix | undefined {
  const block = section?.content.find((node): node is Code => node.type === 'code' && node.meta === 'fix');
  const summary = sentenceAt(section?.content[0], reader);
  if (block === undefined || summary === undefined) return undefined;
  const fence = readFence(block);
  const fix = parseYaml(fence, FixBlock, reader.problems);
  if (fix === undefined) return undefined;
  if (!isRemediationId(fix.remediation)) {
    reader.problems.report(
      `Unexpected remediation ${fix.remediation}, expected one of ${Object.keys(remediations).join(', ')}`,
      fence,
      fence.text.indexOf(fix.remediation),
    );
    return undefined;
  }
  const wanted: readonly string[] = remediations[fix.remediation].params;
  const unknown = Object.keys(fix.params).filter((name) => !wanted.includes(name));
  const missing = wanted.filter((name) => !(name in fix.params));
  for (const name of unknown)
    reader.problems.report(
      `Unexpected parameter ${name}`,
      fence,
      fence.text.indexOf(`${name}:`, fence.text.indexOf('params')),
    );
  for (const name of missing) reader.problems.report(`Unexpected end, expected the parameter ${name}`, fence);
  const params = Object.fromEntries(
    Object.entries(fix.params).map(([name, text]) => [
      name,
      parseSentence({ ...fence, text }, reader.env, reader.declarations, reader.problems),
    ]),
  );
  const risk = riskOf(section?.content ?? [], reader.source);
  if (risk === '')
    reader.problems.report('Unexpected end, expected a paragraph "Risk: …" below the fix', fence);
  return { remediation: fix.remediation, params, summary, risk };
}

function riskOf(content: readonly RootContent[], source: string): string {
  for (const node of content) {
    const text = node.type === 'paragraph' ? locate(node, source).text : '';
    if (text.startsWith('Risk: ')) return text.slice('Risk: '.length).replace(/\s+/g, ' ');
  }
  return '';
}
