import { expect, test } from '@jest/globals';
import type { Change, KubeObject, Operation } from '../../../core/remediation/change.ts';
import { diffOf } from '../../../workers/remediations/index.ts';

const node = (unschedulable?: boolean): KubeObject => ({
  kind: 'Node',
  metadata: { name: 'node-a', uid: 'u1', resourceVersion: unschedulable === true ? '2' : '1' },
  spec: { podCIDR: '10.0.0.0/24', ...(unschedulable !== undefined && { unschedulable }) },
  status: { ready: unschedulable },
});
const object = { kind: 'Node', name: 'node-a' } as const;
const cordon: Operation = { do: 'patch', object, uid: 'u1', patch: [], undo: [] };
const evict: Operation = {
  do: 'evict',
  object: { kind: 'Pod', namespace: 'shop', name: 'cart-1' },
  uid: 'u2',
};
const change = (...operations: Change['operations']): Change => ({ operations, effects: [] });

test('of one object: the lines that differ, without what tells nobody anything', () => {
  expect(diffOf(change(cordon), [node()], [node(true)])).toBe(
    [' spec:', '   podCIDR: 10.0.0.0/24', '+  unschedulable: true'].join('\n'),
  );
});

test('of several: each under its name, and a line for each pod that goes', () => {
  const restart: Operation = { ...evict, do: 'delete' };
  expect(diffOf(change(cordon, evict, restart), [node()], [node(true), undefined, undefined])).toBe(
    [
      '# Node node-a',
      ' spec:',
      '   podCIDR: 10.0.0.0/24',
      '+  unschedulable: true',
      '- Pod shop/cart-1 (evicted)',
      '- Pod shop/cart-1 (deleted)',
    ].join('\n'),
  );
});

test('of what is made: all of it', () => {
  const create: Operation = {
    do: 'create',
    object: { kind: 'NetworkPolicy', namespace: 'shop', name: 'dns' },
    manifest: {},
  };
  const made = {
    metadata: { name: 'dns', uid: 'u', resourceVersion: '' },
    spec: { policyTypes: ['Egress'] },
  };
  expect(diffOf(change(create), [], [made])).toBe(
    ['+metadata:', '+  name: dns', '+spec:', '+  policyTypes:', '+    - Egress'].join('\n'),
  );
});

test('far apart: with a mark in between', () => {
  const service = (first: string, last: string): KubeObject => ({
    metadata: { name: 'n', uid: 'u1', resourceVersion: '1' },
    spec: { a: first, b: 1, c: 2, d: 3, e: 4, f: 5, g: 6, h: last },
  });
  expect(diffOf(change(cordon), [service('1', '1')], [service('2', '2')])).toContain('\n…\n');
});
