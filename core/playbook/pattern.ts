import { RegExpParser, visitRegExpAST, type AST } from '@eslint-community/regexpp';
import type { ASTNode } from '@marcbachmann/cel-js';

const parser = new RegExpParser();

/**
 * Why a regular expression is none to look for, as `Unexpected …, expected …`: where something repeated is repeated
 * again, as in `(a+)+`, some texts of 30 letters take hours.
 */
export function patternMistake(text: string): string | undefined {
  try {
    new RegExp(text, 'i');
    const nested = nestedRepetition(parser.parsePattern(text));
    if (nested === undefined) return undefined;
    return `Unexpected ${nested}, expected a pattern that repeats nothing that repeats itself: it could take hours`;
  } catch (error) {
    return `Unexpected pattern, expected a regular expression: ${error instanceof Error ? error.message : ''}`;
  }
}

function nestedRepetition(pattern: AST.Pattern): string | undefined {
  const outer: AST.Quantifier[] = [];
  const found: string[] = [];
  visitRegExpAST(pattern, {
    onQuantifierEnter(one) {
      const [first] = outer;
      // Of a fixed number nothing can be tried in another way.
      if (first !== undefined && one.min !== one.max) found.push(first.raw);
      if (one.max > 1) outer.push(one);
    },
    onQuantifierLeave(one) {
      if (outer.at(-1) === one) outer.pop();
    },
  });
  return found[0];
}

/** Reports patterns of `matches` that are none to look for; one that is put together is not known before it is used. */
export function checkPatterns(ast: ASTNode, report: (message: string, offset: number) => void): void {
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    if (!isNode(node)) return;
    if (node.op === 'rcall' && node.args[0] === 'matches') {
      const [pattern] = node.args[2];
      const mistake =
        pattern?.op === 'value' && typeof pattern.args === 'string' && patternMistake(pattern.args);
      if (pattern !== undefined && typeof mistake === 'string') report(mistake, pattern.range.start);
    }
    visit(node.args);
  };
  visit(ast);
}

function isNode(node: unknown): node is ASTNode {
  return typeof node === 'object' && node !== null && 'op' in node && 'args' in node;
}
