import { expect, test } from '@jest/globals';
import { redirectsFor } from '../../../lab/cluster/sidecar-redirect.ts';

const proxy = {
  name: 'linkerd-proxy',
  env: [{ name: 'UPSTREAMS', value: '203.0.113.10:8443,203.0.113.10:8080' }],
};
const app = { name: 'checkout', env: [{ name: 'UPSTREAMS', value: 'payments:80' }] };

test.each([
  { what: 'no sidecar', containers: [app], redirects: [] },
  {
    what: 'a sidecar as it comes',
    containers: [app, proxy],
    redirects: [
      { ports: [8443], proxyPort: 4140, exceptUid: 2102 },
      { ports: [8080], proxyPort: 4141, exceptUid: 2102 },
    ],
  },
  {
    what: 'a sidecar of another user and port',
    containers: [
      { ...proxy, env: [...proxy.env, { name: 'PORT', value: '5000' }], securityContext: { runAsUser: 7 } },
    ],
    redirects: [
      { ports: [8443], proxyPort: 5000, exceptUid: 7 },
      { ports: [8080], proxyPort: 5001, exceptUid: 7 },
    ],
  },
  {
    what: 'a port that is let past it',
    containers: [proxy],
    skip: '443,8443',
    redirects: [{ ports: [8080], proxyPort: 4141, exceptUid: 2102 }],
  },
  { what: 'a range that is let past it', containers: [proxy], skip: '8000-8999', redirects: [] },
  {
    what: 'a sidecar that knows no far end',
    containers: [{ name: 'linkerd-proxy' }],
    redirects: [],
  },
])('$what', ({ containers, skip, redirects }) => {
  const annotations = skip === undefined ? {} : { 'config.linkerd.io/skip-outbound-ports': skip };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'checkout-1', annotations },
    spec: { containers },
  };
  expect(redirectsFor(pod)).toEqual(redirects);
});

test('a pod that the injector leaves alone', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'checkout-1', annotations: { 'linkerd.io/inject': 'disabled' } },
    spec: { containers: [app, proxy] },
  };
  expect(redirectsFor(pod)).toEqual([]);
});

test('a native sidecar, which is an init container', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'checkout-1' },
    spec: { containers: [app], initContainers: [proxy] },
  };
  expect(redirectsFor(pod)).toHaveLength(2);
});
