import { describe, expect, test } from '@jest/globals';
import type { Paragraph, RootContent } from 'mdast';
import {
  linksOf,
  locate,
  parseDocument,
  readFence,
  readParagraph,
  splitSections,
  withoutSection,
} from '../../../core/playbook/markdown.ts';

const source = `---
id: x
---

Before.

### Deep, but before

## First

One.

### \`name\` Of *it*

Two
lines.

### Without

Three.

## \`code\`

\`\`\`yaml lookup
a: 1
\`\`\`

> \`\`\`
> quoted
> \`\`\`
`;

const types = (content: readonly RootContent[]): string[] => content.map(({ type }) => type);

describe('parseDocument', () => {
  test('takes the front matter for itself', () => {
    expect(parseDocument(source).frontMatter).toEqual({ text: 'id: x', line: 2, column: 1 });
  });

  test.each(['', 'Text.\n', 'Text.\n\n---\nid: x\n---\n'])('%j has no front matter', (text) => {
    expect(parseDocument(text).frontMatter).toBeUndefined();
  });

  test('a text without front matter keeps its first line', () => {
    expect(types(parseDocument('Text.\n\n## One\n').preface)).toEqual(['paragraph']);
    expect(parseDocument('## One\n').sections).toMatchObject([
      { title: { text: 'One', line: 1, column: 1 } },
    ]);
  });

  test('splits at ## and nowhere else, and keeps what stands before the first', () => {
    const { preface, sections } = parseDocument(source);
    expect(types(preface)).toEqual(['paragraph', 'heading']);
    expect(sections.map(({ title }) => [title.text, title.line, title.column])).toEqual([
      ['First', 9, 1],
      ['', 22, 1],
    ]);
    expect(sections.map(({ content }) => types(content))).toEqual([
      ['paragraph', 'heading', 'paragraph', 'heading', 'paragraph'],
      ['code', 'blockquote'],
    ]);
  });
});

describe('a heading', () => {
  const headings = (text: string, depth: number): unknown[] =>
    splitSections(parseDocument(text).sections[0]?.content ?? [], depth, text).sections.map(
      ({ title, name }) => ({ title, name }),
    );

  test.each([
    ['### `name`  Of *it*', { text: 'Of it', line: 3, column: 1 }, { text: 'name', line: 3, column: 5 }],
    ['### `name`', { text: '', line: 3, column: 1 }, { text: 'name', line: 3, column: 5 }],
    ['### Without', { text: 'Without', line: 3, column: 1 }, undefined],
    ['### See `it`', { text: 'See it', line: 3, column: 1 }, undefined],
    ['###', { text: '', line: 3, column: 1 }, undefined],
  ])('%j has a name where it begins with code', (heading, title, name) => {
    expect(headings(`## Section\n\n${heading}\n\nText.\n`, 3)).toEqual([{ title, name }]);
  });

  test('of another depth is content', () => {
    expect(headings('## Section\n\n### Three\n\n#### Four\n', 4)).toMatchObject([
      { title: { text: 'Four' } },
    ]);
  });
});

describe('a piece of text', () => {
  const fence = (text: string): unknown => {
    const [node] = parseDocument(text).preface;
    const code = node?.type === 'blockquote' ? node.children[0] : node;
    return code?.type === 'code' ? readFence(code) : undefined;
  };

  test.each([
    ['```yaml lookup\na: 1\n```', { lang: 'yaml', meta: 'lookup', text: 'a: 1', line: 2, column: 1 }],
    ['\n~~~\na\n\nb\n~~~', { lang: '', meta: '', text: 'a\n\nb', line: 3, column: 1 }],
    ['> ```js\n> quoted\n> ```', { lang: 'js', meta: '', text: 'quoted', line: 2, column: 3 }],
  ])('of the fence %j begins on the line below it', (text, expected) => {
    expect(fence(text)).toEqual(expected);
  });

  test('of a paragraph is what was written, with its place', () => {
    const isParagraph = (node: RootContent): node is Paragraph => node.type === 'paragraph';
    const text = 'Before.\n\n  A *b*\n{c}.\n';
    const paragraphs = parseDocument(text).preface.filter(isParagraph);
    const expected = [
      { text: 'Before.', line: 1, column: 1 },
      { text: 'A *b*\n{c}.', line: 3, column: 3 },
    ];
    expect(paragraphs.map((one) => readParagraph(one, text))).toEqual(expected);
    expect(paragraphs.map((one) => locate(one, text))).toEqual(expected);
  });

  test('of a node that was written nowhere is empty', () => {
    expect(locate({ type: 'text', value: 'a' }, 'a text')).toEqual({ text: '', line: 1, column: 1 });
  });
});

test('linksOf finds the links of all content, in order, however deep', () => {
  const text = 'See [one](1.md).\n\n- a\n- **[two](2.md)** and `[no](no.md)`\n\n> [three](3.md)\n';
  expect(linksOf(parseDocument(text).preface).map(({ url }) => url)).toEqual(['1.md', '2.md', '3.md']);
});

describe('withoutSection', () => {
  const whole = '---\nid: x\n---\n\n## A\n\n1\n\n### A1\n\n2\n\n## B\n\n3\n\n## C\n\n4\n';

  test.each([
    ['A', '---\nid: x\n---\n\n## B\n\n3\n\n## C\n\n4\n'],
    ['B', '---\nid: x\n---\n\n## A\n\n1\n\n### A1\n\n2\n\n## C\n\n4\n'],
    ['C', '---\nid: x\n---\n\n## A\n\n1\n\n### A1\n\n2\n\n## B\n\n3\n'],
    ['A1', whole],
    ['D', whole],
  ])('%s', (title, rest) => {
    expect(withoutSection(whole, title)).toBe(rest);
  });

  test('of a text without any', () => {
    expect(withoutSection('Text.', 'A')).toBe('Text.');
  });
});
