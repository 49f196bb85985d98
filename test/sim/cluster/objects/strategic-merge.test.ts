import { expect, test } from '@jest/globals';
import { applyStrategicMerge } from '../../../../sim/cluster/objects/strategic-merge.ts';

const service = {
  spec: {
    ports: [
      { port: 80, name: 'a' },
      { port: 81, name: 'b' },
    ],
  },
};
const policy = { spec: { ingress: [{ ports: [{ port: 80 }] }] } };
const pod = {
  spec: {
    containers: [
      { name: 'a', ports: [{ containerPort: 1 }] },
      { name: 'b', args: ['x', 'y'] },
    ],
    tolerations: [{ key: 'one' }],
    volumes: [{ name: 'data', emptyDir: {} }],
  },
};

test.each<readonly [string, string, object, object, object]>([
  [
    'ports of a Service merge by port',
    'Service',
    service,
    { spec: { ports: [{ port: 81, name: 'c' }, { port: 82 }] } },
    { spec: { ports: [{ port: 80, name: 'a' }, { port: 81, name: 'c' }, { port: 82 }] } },
  ],
  [
    'ports of a NetworkPolicy are replaced',
    'NetworkPolicy',
    policy,
    { spec: { ingress: [{ ports: [{ port: 443 }] }] } },
    { spec: { ingress: [{ ports: [{ port: 443 }] }] } },
  ],
  [
    'an item goes by $patch: delete',
    'Pod',
    pod,
    { spec: { containers: [{ name: 'a', $patch: 'delete' }] } },
    { spec: { ...pod.spec, containers: [pod.spec.containers[1]] } },
  ],
  [
    'a list is replaced by $patch: replace',
    'Pod',
    pod,
    { spec: { containers: [{ $patch: 'replace' }, { name: 'c' }] } },
    { spec: { ...pod.spec, containers: [{ name: 'c' }] } },
  ],
  [
    'an object is replaced by $patch: replace',
    'Pod',
    pod,
    { spec: { $patch: 'replace', containers: [] } },
    { spec: { containers: [] } },
  ],
  [
    'lists without a key are replaced',
    'Pod',
    pod,
    { spec: { tolerations: [{ key: 'two' }], containers: [{ name: 'b', args: ['z'] }] } },
    {
      spec: {
        ...pod.spec,
        tolerations: [{ key: 'two' }],
        containers: [pod.spec.containers[0], { name: 'b', args: ['z'] }],
      },
    },
  ],
  [
    'null removes',
    'Pod',
    pod,
    { spec: { tolerations: null, volumes: null } },
    { spec: { containers: pod.spec.containers } },
  ],
  [
    '$setElementOrder orders',
    'Pod',
    pod,
    { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } },
    { spec: { ...pod.spec, containers: [pod.spec.containers[1], pod.spec.containers[0]] } },
  ],
  [
    'finalizers are a set, $deleteFromPrimitiveList takes out of it',
    'ConfigMap',
    { metadata: { finalizers: ['a', 'b'] } },
    { metadata: { finalizers: ['b', 'c'], '$deleteFromPrimitiveList/finalizers': ['a'] } },
    { metadata: { finalizers: ['b', 'c'] } },
  ],
  [
    '$retainKeys drops the rest',
    'Deployment',
    { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } },
    { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
    { spec: { strategy: { type: 'Recreate' } } },
  ],
])('%s', (_name, kind, document, patch, expected) => {
  const before = structuredClone(document);

  expect(applyStrategicMerge(document as never, patch as never, kind)).toEqual(expected);

  expect(document).toEqual(before);
});

test('an item without its merge key is refused', () => {
  expect(() => applyStrategicMerge(pod, { spec: { containers: [{ image: 'x' }] } }, 'Pod')).toThrow(
    'does not contain declared merge key: name',
  );
});
