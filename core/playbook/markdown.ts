import type { Code, Heading, Link, Nodes, Paragraph, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { toString } from 'mdast-util-to-string';
import { frontmatter } from 'micromark-extension-frontmatter';
import type { Located } from './problem.ts';

/** A `##` section (or `###` within one): its heading and what stands under it. */
export interface Section {
  readonly title: Located;
  /** The first `code` in the heading, by which a `###` section is referred to. */
  readonly name: Located | undefined;
  readonly content: readonly RootContent[];
}

export interface Document {
  readonly frontMatter: Located | undefined;
  /** What stands before the first `##`. */
  readonly preface: readonly RootContent[];
  readonly sections: readonly Section[];
}

export interface Fence extends Located {
  readonly lang: string;
  readonly meta: string;
}

/** Reads a playbook's markdown into its `##` sections; every piece keeps its position. */
export function parseDocument(source: string): Document {
  const tree = fromMarkdown(source, {
    extensions: [frontmatter(['yaml'])],
    mdastExtensions: [frontmatterFromMarkdown(['yaml'])],
  });
  const [first, ...rest] = tree.children;
  if (first?.type === 'yaml') {
    return { frontMatter: { text: first.value, line: 2, column: 1 }, ...splitSections(rest, 2, source) };
  }
  return { frontMatter: undefined, ...splitSections(tree.children, 2, source) };
}

/** The text without a `##` section; a text that has none of that name stays as it is. */
export function withoutSection(source: string, title: string): string {
  const { sections } = parseDocument(source);
  const index = sections.findIndex((one) => one.title.text === title);
  const [section, next] = index === -1 ? [] : sections.slice(index, index + 2);
  if (section === undefined) return source;
  const lines = source.split('\n');
  const after = next === undefined ? [] : lines.slice(next.title.line - 1);
  return `${[...lines.slice(0, section.title.line - 1), ...after].join('\n').trimEnd()}\n`;
}

/** Splits content at headings of `depth`. */
export function splitSections(
  content: readonly RootContent[],
  depth: number,
  source: string,
): { preface: readonly RootContent[]; sections: readonly Section[] } {
  const preface: RootContent[] = [];
  const sections: { title: Located; name: Located | undefined; content: RootContent[] }[] = [];
  for (const node of content) {
    if (node.type === 'heading' && node.depth === depth) {
      sections.push({ ...readHeading(node, source), content: [] });
    } else {
      (sections.at(-1)?.content ?? preface).push(node);
    }
  }
  return { preface, sections };
}

function readHeading(heading: Heading, source: string): { title: Located; name: Located | undefined } {
  const [first, ...rest] = heading.children;
  if (first?.type === 'inlineCode') {
    const title = {
      ...locate(heading, source),
      text: toString(rest).trim(),
    };
    return { title, name: { ...locate(first, source), text: first.value } };
  }
  return { title: { ...locate(heading, source), text: toString(heading) }, name: undefined };
}

/** A fenced code block; its text starts on the line after the fence. */
export function readFence(node: Code): Fence {
  const { start } = placeOf(node);
  return {
    lang: node.lang ?? '',
    meta: node.meta ?? '',
    text: node.value,
    line: start.line + 1,
    column: start.column,
  };
}

/** A paragraph as it was written, its lines joined by spaces of the same length, so that offsets hold. */
export function readParagraph(node: Paragraph, source: string): Located {
  return locate(node, source);
}

/** The links of some content, in its order. */
export function linksOf(content: readonly RootContent[]): Link[] {
  const links: Link[] = [];
  const visit = (node: Nodes): void => {
    if (node.type === 'link') links.push(node);
    else if ('children' in node) node.children.forEach(visit);
  };
  content.forEach(visit);
  return links;
}

export function locate(node: Nodes, source: string): Located {
  const { start, end } = placeOf(node);
  return { text: source.slice(start.offset, end.offset), line: start.line, column: start.column };
}

const nowhere = { line: 1, column: 1, offset: 0 };

/** What was read from a text knows its place; the types allow for nodes that were not. */
function placeOf({ position = { start: nowhere, end: nowhere } }: Nodes): NonNullable<Nodes['position']> {
  return position;
}
