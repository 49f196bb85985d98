import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applyPatch } from 'rfc6902';
import type { KubeObject } from '../../../core/remediation/change.ts';
import { fits, guardedPatch, hasIt } from '../../../workers/remediations/guarded-patch.ts';

const word = fc.constantFrom('a', 'b/c', 'd~e', 'name', 'value');
const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('x', 'y', 1, 2, true),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const object = (spec: unknown): KubeObject => ({
  metadata: { name: 'n', uid: 'u', resourceVersion: '1' },
  spec,
});

function patched(before: KubeObject, patch: ReturnType<typeof guardedPatch>): unknown {
  const document = structuredClone(before);
  const refused = applyPatch(document, patch).filter((one) => one !== null);
  return refused.length === 0 ? document : refused;
}

test('leads from any object to any other, and back', () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      const [from, to] = [object(before), object(after)];
      expect(patched(from, guardedPatch(from, to))).toEqual(to);
      expect(patched(to, guardedPatch(to, from))).toEqual(from);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('fits the object that it was made for; done, it is there; and it is no patch where nothing changes', () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      const [from, to] = [object(before), object(after)];
      const patch = guardedPatch(from, to);
      expect(fits(from, patch)).toBe(true);
      if (patch.length === 0) expect(to).toEqual(from);
      else if (patch.every(({ path }) => !/\/(\d+|-)(\/|$)/.test(path))) expect(hasIt(to, patch)).toBe(true);
    }),
    { seed: 2, numRuns: 500 },
  );
});

test('tests what it replaces and removes, names on the way, and the list that it puts something into', () => {
  const before = object({
    containers: [
      { name: 'app', image: '1', env: [{ name: 'A', value: '1' }] },
      { name: 'helper', image: '1' },
    ],
    ports: [{ port: 80, targetPort: 8080 }],
    nodeName: 'a',
  });
  const after = object({
    containers: [
      {
        name: 'app',
        image: '2',
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
      { name: 'helper', image: '1' },
    ],
    ports: [{ port: 80, targetPort: 9090 }],
  });
  expect(guardedPatch(before, after)).toEqual([
    { op: 'test', path: '/spec/nodeName', value: 'a' },
    { op: 'remove', path: '/spec/nodeName' },
    { op: 'test', path: '/spec/containers/0/name', value: 'app' },
    { op: 'test', path: '/spec/containers/0/image', value: '1' },
    { op: 'replace', path: '/spec/containers/0/image', value: '2' },
    { op: 'test', path: '/spec/containers/0/env', value: [{ name: 'A', value: '1' }] },
    { op: 'add', path: '/spec/containers/0/env/-', value: { name: 'B', value: '2' } },
    { op: 'test', path: '/spec/ports/0/port', value: 80 },
    { op: 'test', path: '/spec/ports/0/targetPort', value: 8080 },
    { op: 'replace', path: '/spec/ports/0/targetPort', value: 9090 },
  ]);
});
