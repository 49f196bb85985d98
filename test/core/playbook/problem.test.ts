import { expect, test } from '@jest/globals';
import { formatProblem, pieceOf, Problems } from '../../../core/playbook/problem.ts';

const where = { text: 'ab\ncd\n\nef', line: 5, column: 3 };

// A piece of a file knows where its first line stands; its other lines begin at the margin.
test.each([
  [undefined, 5, 3],
  [0, 5, 3],
  [1, 5, 4],
  [2, 5, 5],
  [3, 6, 1],
  [5, 6, 3],
  [6, 7, 1],
  [9, 8, 3],
  [99, 8, 3],
])('offset %s of a piece of text is at %i:%i', (offset, line, column) => {
  const problems = new Problems('causes/x.md');
  problems.report('Unexpected it', where, offset);
  expect(problems.found).toEqual([{ file: 'causes/x.md', line, column, message: 'Unexpected it' }]);
  expect(problems.found.map(formatProblem)).toEqual([`causes/x.md:${line}:${column} Unexpected it`]);
});

test('the rest of a piece of text is one again', () => {
  expect(pieceOf(where, 4)).toEqual({ text: 'd\n\nef', line: 6, column: 2 });
  expect(pieceOf(where, 4, 'd')).toEqual({ text: 'd', line: 6, column: 2 });
});
