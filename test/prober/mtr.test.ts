import { expect, it } from '@jest/globals';
import { parseRaw } from '../../prober/mtr.ts';

const raw = `x 0 33000
h 0 10.99.1.2
p 0 735 33000
x 1 33001
x 2 33002
h 2 10.99.2.2
p 2 210 33002
x 1 33003
`;

it('pairs each packet with its answer', () => {
  expect(parseRaw(raw, false)).toEqual([
    { hop: 1, node: '10.99.1.2', ms: 0.735 },
    { hop: 2 },
    { hop: 3, node: '10.99.2.2', ms: 0.21 },
    { hop: 2 },
  ]);
});

it('does not call lost what was on its way when it was cut off', () => {
  expect(parseRaw(raw, true).filter(({ node }) => node === undefined)).toEqual([{ hop: 2 }]);
});

it('makes nothing of anything else', () => {
  expect(parseRaw('mtr-packet: Failure\nd 0 name\np 0 1 2\n\n', false)).toEqual([]);
});
