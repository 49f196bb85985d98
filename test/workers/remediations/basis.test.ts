import { expect, test } from '@jest/globals';
import type { KubeObject, Operation } from '../../../core/remediation/change.ts';
import { basisOf } from '../../../workers/remediations/index.ts';

const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'cart',
    namespace: 'shop',
    uid: 'u1',
    resourceVersion: '5',
    labels: { a: 'b' },
    annotations: { c: 'd' },
  },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'app', image: '1' }] } } },
  status: { replicas: 2 },
};
const { metadata } = deployment;
const pod: KubeObject = {
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'shop', uid: 'u2', resourceVersion: '6' },
  spec: {},
};
const operation: Operation = {
  do: 'delete',
  object: { kind: 'Pod', name: 'p', namespace: 'shop' },
  uid: 'u2',
};

function basis(of: { object?: object; pod?: object; operation?: object } = {}): string {
  return basisOf({
    change: { operations: [{ ...operation, ...of.operation }], effects: [] },
    before: [
      { ...deployment, ...of.object },
      { ...pod, ...of.pod },
    ],
  });
}

test('is short, and the same whatever the order of the fields', () => {
  const turned = Object.fromEntries(Object.entries(deployment).reverse());
  expect(basis()).toMatch(/^[0-9a-f]{64}$/);
  expect(basis({ object: turned })).toBe(basis());
});

test.each<[string, Parameters<typeof basis>[0]]>([
  ['a status', { object: { status: { replicas: 3 } } }],
  [
    'how often it was written',
    { object: { metadata: { ...metadata, resourceVersion: '9', generation: 4 } } },
  ],
  [
    'what the controller and kubectl note down',
    {
      object: {
        metadata: {
          ...metadata,
          annotations: {
            ...metadata.annotations,
            'deployment.kubernetes.io/revision': '2',
            'kubectl.kubernetes.io/last-applied-configuration': '{}',
          },
        },
      },
    },
  ],
  [
    'how many replicas an autoscaler wants',
    { object: { spec: { ...(deployment['spec'] as object), replicas: 7 } } },
  ],
  ['all of a pod but which one it is', { pod: { spec: { nodeName: 'x' } } }],
])('is the same with another: %s', (_name, of) => {
  expect(basis(of)).toBe(basis());
});

test.each<[string, Parameters<typeof basis>[0]]>([
  ['a spec', { object: { spec: { replicas: 2 } } }],
  ['labels', { object: { metadata: { ...metadata, labels: {} } } }],
  ['annotations', { object: { metadata: { ...metadata, annotations: { c: 'e' } } } }],
  ['an object of the same name', { object: { metadata: { ...metadata, uid: 'u9' } } }],
  ['another pod', { pod: { metadata: { ...pod.metadata, uid: 'u9' } } }],
  ['other operations', { operation: { uid: 'u9' } }],
])('is another with another: %s', (_name, of) => {
  expect(basis(of)).not.toBe(basis());
});
