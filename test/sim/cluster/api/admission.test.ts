/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the client takes plain objects for its models */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { clusterAdmin } from '../../../../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../../../../sim/cluster/start-cluster.ts';
import { clientsFor, refusalOf } from '../clients.ts';
import { nodes, reader, shop } from '../manifests.ts';

const namespaces = `
apiVersion: v1
kind: Namespace
metadata: { name: strict, labels: { pod-security.kubernetes.io/enforce: restricted } }
---
apiVersion: v1
kind: Namespace
metadata:
  name: base
  labels: { pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: v1.30 }
---
apiVersion: v1
kind: Namespace
metadata: { name: counted }
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: q, namespace: counted }
spec: { hard: { pods: '2', count/pods: '3' } }
---
apiVersion: v1
kind: Namespace
metadata: { name: measured }
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: q, namespace: measured }
spec: { hard: { limits.cpu: '1', requests.memory: 256Mi } }
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: deadlines, namespace: measured }
spec: { hard: { pods: '0' }, scopes: [Terminating] }
`;

let sim: ClusterSim;
let clients: ReturnType<typeof clientsFor>;

beforeAll(async () => {
  sim = await startCluster({ manifests: [nodes, shop, reader, namespaces] });
  clients = clientsFor(sim, clusterAdmin);
});

afterAll(() => sim.close());
afterEach(() => sim.faults.clear());

const create = (namespace: string, name: string, spec: object, { core } = clients) =>
  core.createNamespacedPod({ namespace, body: { metadata: { name }, spec: spec as never } });
const addEphemeral = (namespace: string, name: string, one: object, { core } = clients) =>
  core.patchNamespacedPodEphemeralcontainers(
    { namespace, name, body: { spec: { ephemeralContainers: [one] } } },
    setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
  );

const bare = { name: 'c', image: 'a:1' };
const tight = {
  ...bare,
  securityContext: {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    runAsUser: 2102,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

describe('Pod Security', () => {
  const everything = [
    'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false)',
    'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"])',
    'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true)',
    'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  ];
  const dropped = {
    ...tight.securityContext,
    capabilities: { drop: ['ALL'], add: ['NET_RAW', 'NET_ADMIN'] },
  };

  test.each([
    ['strict', 'restricted:latest', { containers: [bare] }, everything],
    [
      'strict',
      'restricted:latest',
      { hostNetwork: true, containers: [{ ...tight, ports: [{ containerPort: 80, hostPort: 80 }] }] },
      ['host namespaces (hostNetwork=true)', 'hostPort (container "c" uses hostPort 80)'],
    ],
    [
      'strict',
      'restricted:latest',
      {
        containers: [{ ...tight, securityContext: dropped }],
        volumes: [{ name: 'v', hostPath: { path: '/' } }],
      },
      [
        'unrestricted capabilities (container "c" must not include "NET_ADMIN", "NET_RAW" in securityContext.capabilities.add)',
        'restricted volume types (volume "v" uses restricted volume type "hostPath")',
      ],
    ],
    [
      'strict',
      'restricted:latest',
      { securityContext: { runAsUser: 0, runAsNonRoot: false }, containers: [tight] },
      [
        'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)',
        'runAsUser=0 (pod must not set runAsUser=0)',
      ],
    ],
    [
      'base',
      'baseline:v1.30',
      {
        hostNetwork: true,
        containers: [
          { ...bare, securityContext: { privileged: true, capabilities: { add: ['NET_ADMIN'] } } },
        ],
        volumes: [{ name: 'v', hostPath: { path: '/' } }],
      },
      [
        'non-default capabilities (container "c" must not include "NET_ADMIN" in securityContext.capabilities.add)',
        'host namespaces (hostNetwork=true)',
        'hostPath volumes (volume "v")',
        'privileged (container "c" must not set securityContext.privileged=true)',
      ],
    ],
  ])('%s refuses a pod: %s %j', async (namespace, level, spec, violations) => {
    const refused = await refusalOf(create(namespace, 'x', spec));

    expect(refused).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: `pods "x" is forbidden: violates PodSecurity "${level}": ${violations.join(', ')}`,
    });
  });

  test('checks ephemeral containers with their pod', async () => {
    await create('strict', 'host', { containers: [tight] });

    const refused = await refusalOf(addEphemeral('strict', 'host', { ...bare, name: 'debug' }));
    await addEphemeral('strict', 'host', { ...tight, name: 'debug' });

    expect(refused.message).toBe(
      `pods "host" is forbidden: violates PodSecurity "restricted:latest": ${everything.join(', ').replaceAll('"c"', '"debug"')}`,
    );
  });
});

describe('quotas', () => {
  test('on the number of pods: those that are over count for count/pods only', async () => {
    for (const name of ['one', 'two']) await create('counted', name, { containers: [bare] });

    expect((await refusalOf(create('counted', 'three', { containers: [bare] }))).message).toBe(
      'pods "three" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
    );
    sim.objects.change({ resource: 'pods', namespace: 'counted', name: 'one' }, (pod) => ({
      ...pod,
      status: { phase: 'Succeeded' },
    }));
    await create('counted', 'three', { containers: [bare] });
    expect((await refusalOf(create('counted', 'four', { containers: [bare] }))).message).toBe(
      'pods "four" is forbidden: exceeded quota: q, requested: count/pods=1,pods=1, used: count/pods=3,pods=2, limited: count/pods=3,pods=2',
    );
  });

  test('on resources: what is counted must be said, and fit', async () => {
    const of = (cpu: string, memory: string) => ({
      containers: [{ ...bare, resources: { limits: { cpu }, requests: { memory } } }],
    });

    expect((await refusalOf(create('measured', 'mute', { containers: [bare] }))).message).toBe(
      'pods "mute" is forbidden: failed quota: q: must specify limits.cpu for: c; requests.memory for: c',
    );
    await create('measured', 'small', of('100m', '128Mi'));
    await create('measured', 'other', of('0.4', '64Mi'));
    expect((await refusalOf(create('measured', 'large', of('600m', '0.125Gi')))).message).toBe(
      'pods "large" is forbidden: exceeded quota: q, requested: limits.cpu=600m,requests.memory=128Mi, used: limits.cpu=500m,requests.memory=192Mi, limited: limits.cpu=1,requests.memory=256Mi',
    );
    const late = { ...of('1m', '1Mi'), activeDeadlineSeconds: 5 };
    expect((await refusalOf(create('measured', 'late', late))).message).toContain(
      'exceeded quota: deadlines,',
    );
  });
});

describe('a webhook', () => {
  const name = 'policy.example.com';

  test.each([
    [{ message: 'no probes here' }, 400, ': no probes here'],
    [{ message: 'no probes here', code: 403 }, 403, ': no probes here'],
    [{}, 400, ' without explanation'],
  ])('denies with %j', async (how, code, words) => {
    sim.faults.fail({ verb: 'create', resource: 'pods' }, { kind: 'webhook', name, ...how });

    expect(await refusalOf(create('shop', 'x', { containers: [bare] }))).toMatchObject({
      code,
      message: `admission webhook "policy.example.com" denied the request${words}`,
    });
  });

  test('has its say after access and validity, of ephemeral containers too', async () => {
    await create('shop', 'host', { containers: [bare] });
    const fault = sim.faults.fail({ namespace: 'shop' }, { kind: 'webhook', name, message: 'no' });
    const nobody = clientsFor(sim, 'nobody');

    expect((await refusalOf(addEphemeral('shop', 'host', { ...bare, name: 'debug' }))).message).toContain(
      name,
    );
    expect(
      (await refusalOf(clients.core.deleteNamespacedPod({ namespace: 'shop', name: 'host' }))).message,
    ).toContain(name);
    expect((await refusalOf(create('shop', 'x', { containers: [] }))).code).toBe(422);
    expect((await refusalOf(create('shop', 'x', { containers: [bare] }, nobody))).reason).toBe('Forbidden');
    expect((await clients.core.readNamespacedPod({ namespace: 'shop', name: 'host' })).metadata?.name).toBe(
      'host',
    );
    expect(fault.hits).toBe(5);
  });
});

test('who may not is told what, for each thing that a probe needs', async () => {
  const weak = clientsFor(sim, { namespace: 'shop', name: 'netcheck' });
  const who = 'User "system:serviceaccount:shop:netcheck" cannot';
  const inShop = 'in API group "" in the namespace "shop"';
  const name = 'x';

  const refused = await Promise.all(
    [
      create('shop', name, { containers: [bare] }, weak),
      addEphemeral('shop', name, bare, weak),
      weak.core.readNamespacedPodLog({ namespace: 'shop', name }),
      weak.core.listNamespacedEvent({ namespace: 'shop' }),
      weak.core.deleteNamespacedPod({ namespace: 'shop', name }),
    ].map((call) => refusalOf(call)),
  );

  expect(refused.map(({ code, message }) => [code, message])).toEqual([
    [403, `pods is forbidden: ${who} create resource "pods" ${inShop}`],
    [403, `pods "x" is forbidden: ${who} patch resource "pods/ephemeralcontainers" ${inShop}`],
    [403, `pods "x" is forbidden: ${who} get resource "pods/log" ${inShop}`],
    [403, `events is forbidden: ${who} list resource "events" ${inShop}`],
    [403, `pods "x" is forbidden: ${who} delete resource "pods" ${inShop}`],
  ]);
});
