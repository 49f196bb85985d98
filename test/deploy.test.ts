import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { clusterAdmin } from '../sim/cluster/identities.ts';
import { startCluster, type ClusterSim } from '../sim/cluster/start-cluster.ts';
import { createClusterReader } from '../workers/adapters/kubernetes.ts';
import { clusterLookups } from '../workers/collectors/cluster/index.ts';
import { CannotLook } from '../workers/ports.ts';
import { resolve } from '../workers/resolve.ts';
import { clientsFor, refusalOf } from './sim/cluster/clients.ts';
import { findFiles, read, settings } from './support/repository.ts';

const Named = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });
const Variable = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .union([
      z.strictObject({ secretKeyRef: z.object({ name: z.literal('netcheck'), key: z.string() }) }),
      z.strictObject({
        fieldRef: z.object({
          fieldPath: z.enum(['metadata.name', 'metadata.namespace', 'metadata.uid']),
        }),
      }),
    ])
    .optional(),
});
const Asked = z.looseObject({ httpGet: z.strictObject({ path: z.string(), port: z.string() }) });
const Deployment = z.object({
  kind: z.literal('Deployment'),
  metadata: z.object({ name: z.string(), namespace: z.literal('netcheck') }),
  spec: z.object({
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.object({
      metadata: z.object({
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()),
      }),
      spec: z.looseObject({
        serviceAccountName: z.string().optional(),
        automountServiceAccountToken: z.boolean().optional(),
        containers: z.array(
          z.looseObject({
            image: z.string(),
            args: z.array(z.string()),
            env: z.array(Variable),
            ports: z.array(z.object({ name: z.string(), containerPort: z.int() })),
            livenessProbe: Asked,
            readinessProbe: Asked,
            resources: z.object({
              requests: z.object({ cpu: z.string(), memory: z.string() }),
              limits: z.object({ memory: z.string() }),
            }),
            securityContext: z.object({ readOnlyRootFilesystem: z.literal(true) }).loose(),
          }),
        ),
      }),
    }),
  }),
});
const Role = z.object({
  kind: z.enum(['Role', 'ClusterRole']),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  rules: z.array(z.object({ resources: z.array(z.string()), verbs: z.array(z.string()) })),
});

const documentsOf = (path: string): unknown[] =>
  parseAllDocuments(read(path)).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  });

const rbac = ['deploy/rbac.yaml', 'deploy/rbac-remediator.yaml'].flatMap(documentsOf);
const deployments = ['deploy/kubernetes.yaml', 'deploy/kubernetes-remediator.yaml']
  .flatMap(documentsOf)
  .map((document) => Deployment.parse(document));
const deployment = (component: string) => {
  const found = deployments.find(({ metadata }) => metadata.name === `netcheck-${component}`);
  if (found === undefined) throw new Error(`deploy has no netcheck-${component}`);
  return found;
};
const variablesOf = (component: string): string[] =>
  deployment(component).spec.template.spec.containers.flatMap(({ env }) => env.map(({ name }) => name));

describe('deploy/', () => {
  test.each(findFiles('deploy/**/*.{yaml,yml}'))('%s is YAML', (path) => {
    expect(documentsOf(path).length).toBeGreaterThan(0);
  });
});

describe('deploy/kubernetes.yaml and kubernetes-remediator.yaml', () => {
  test('the one changes nothing, and the other is what may', () => {
    const names = documentsOf('deploy/kubernetes.yaml').map(
      (document) => Deployment.parse(document).metadata.name,
    );
    expect(names).toEqual(['netcheck-bot', 'netcheck-worker']);
  });

  test('runs bot, worker and remediator, each by its command', () => {
    expect(deployments.map(({ spec }) => spec.template.spec.containers.map(({ args }) => args))).toEqual([
      [['bot']],
      [['worker']],
      [['remediator']],
    ]);
  });

  test('runs the image of this version', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));
    const images = deployments.flatMap(({ spec }) => spec.template.spec.containers.map(({ image }) => image));
    expect(new Set(images)).toEqual(new Set([`netcheck:${version}`]));
  });

  test.each(['bot', 'worker', 'remediator'])('sets only what netcheck reads: %s', (component) => {
    expect(variablesOf(component).filter((name) => !settings.has(name))).toEqual([]);
    expect(variablesOf(component)).toContain('REDIS_URL');
  });

  test('gives Slack tokens to the bot alone, and a ServiceAccount to the others alone', () => {
    const slack = (component: string) => variablesOf(component).filter((name) => name.startsWith('SLACK_'));
    const { serviceAccountName, automountServiceAccountToken } = deployment('bot').spec.template.spec;

    expect(slack('bot')).toEqual(['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN']);
    expect([...slack('worker'), ...slack('remediator')]).toEqual([]);
    expect({ serviceAccountName, automountServiceAccountToken }).toEqual({
      serviceAccountName: undefined,
      automountServiceAccountToken: false,
    });
  });

  test('uses ServiceAccounts that deploy/rbac.yaml and deploy/rbac-remediator.yaml make', () => {
    const made = rbac
      .map((document) => Named.parse(document))
      .filter(({ kind }) => kind === 'ServiceAccount');
    const used = ['worker', 'remediator'].map((one) => deployment(one).spec.template.spec.serviceAccountName);
    expect(used).toEqual(['netcheck-worker', 'netcheck-remediator']);
    expect(made.map(({ metadata }) => metadata.name).sort()).toEqual([...used].sort());
  });

  test.each(['bot', 'worker', 'remediator'])('has the %s asked where it answers', (component) => {
    const { metadata, spec } = deployment(component).spec.template;
    const [container] = spec.containers;
    const port = container?.env.find(({ name }) => name === 'NETCHECK_METRICS_PORT')?.value;
    expect(port).toMatch(/^[1-9]\d+$/);
    expect(container?.ports).toEqual([{ name: 'metrics', containerPort: Number(port) }]);
    expect(container?.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'metrics' });
    expect(container?.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'metrics' });
    expect(metadata.annotations).toMatchObject({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': port,
    });
  });

  test('selects the pods it makes', () => {
    for (const { spec } of deployments) {
      expect(spec.template.metadata.labels).toEqual(expect.objectContaining(spec.selector.matchLabels));
    }
    expect(
      new Set(deployments.map(({ spec }) => spec.selector.matchLabels['app.kubernetes.io/component'])).size,
    ).toBe(deployments.length);
  });
});

describe('what may be written', () => {
  const writesIn = (path: string, name: string): string[] =>
    documentsOf(path)
      .flatMap((document) => Role.safeParse(document).data ?? [])
      .filter(({ metadata }) => metadata.name === name)
      .flatMap(({ rules, metadata }) => rules.map((rule) => ({ ...rule, where: metadata.namespace })))
      .flatMap(({ resources, verbs, where = 'any namespace' }) =>
        verbs.map((verb) => `${verb} ${resources.join(',')} in ${where}`),
      )
      .filter((right) => !/^(get|list|watch) /.test(right));

  test.each([
    ['rbac.yaml', 'netcheck-worker', ['create pods in netcheck-probes', 'delete pods in netcheck-probes']],
    [
      'rbac-remediator.yaml',
      'netcheck-remediator',
      [
        'create events in any namespace',
        'patch nodes in any namespace',
        'delete pods in any namespace',
        'create pods/eviction in any namespace',
        'patch services in any namespace',
        'patch daemonsets in any namespace',
        'patch deployments in any namespace',
        'patch statefulsets in any namespace',
        'patch felixconfigurations in any namespace',
        'create networkpolicies in any namespace',
        'delete networkpolicies in any namespace',
      ],
    ],
    [
      'rbac-probes-ephemeral.yaml',
      'netcheck-probes-ephemeral',
      ['patch pods/ephemeralcontainers in any namespace'],
    ],
    [
      'rbac-probes-node.yaml',
      'netcheck-probes-node',
      ['create pods in netcheck-probes-node', 'delete pods in netcheck-probes-node'],
    ],
  ])('%s, %s', (file, name, writes) => {
    expect(writesIn(`deploy/${file}`, name)).toEqual(writes);
  });
});

describe('on a cluster', () => {
  const account = (name: string) => ({ namespace: 'netcheck', name });
  const shop = {
    namespace: 'shop',
    service: 'cart',
    daemonset: 'aws-node',
    env: 'AWS_VPC_K8S_CNI_RANDOMIZESNAT',
  };
  let sim: ClusterSim;

  beforeAll(async () => {
    sim = await startCluster({
      manifests: [
        read('deploy/rbac.yaml'),
        read('deploy/rbac-remediator.yaml'),
        `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { selector: { app: cart }, ports: [{ port: 80, targetPort: 8080 }] }
`,
      ],
    });
  });
  afterAll(() => sim.close());

  test('the worker may look at everything that its look-ups look at', async () => {
    const config = new KubeConfig();
    config.loadFromString(sim.kubeconfig(account('netcheck-worker')));
    const reader = createClusterReader(config);
    const signal = AbortSignal.timeout(10_000);

    const resolved = await resolve({ kind: 'named', service: 'cart' }, reader, signal);
    expect(resolved).toMatchObject({ kind: 'target', target: { service: 'cart', gaps: [] } });
    const refused: string[] = [];
    for (const lookup of clusterLookups) {
      try {
        await lookup.look(shop, reader, { signal, now: new Date() });
      } catch (error) {
        if (!(error instanceof CannotLook)) throw error;
        if (error.why.reason !== 'not-found') refused.push(`${lookup.id}: ${error.why.detail}`);
      }
    }
    expect(refused).toEqual([]);
  });

  const name = { namespace: 'shop', name: 'cart' };
  const body = [{ op: 'replace', path: '/spec/ports/0/targetPort', value: 9090 }];

  test('the worker is refused a patch, even a dry run, and Secrets', async () => {
    const { core } = clientsFor(sim, account('netcheck-worker'));
    const patched = await refusalOf(core.patchNamespacedService({ ...name, body, dryRun: 'All' }));
    const secrets = await refusalOf(core.listNamespacedSecret({ namespace: 'shop' }));
    expect([patched, secrets]).toMatchObject([
      { code: 403, message: expect.stringContaining('cannot patch resource "services"') as unknown },
      { code: 403 },
    ]);
  });

  test('the remediator may patch a Service, and may neither delete it nor read Secrets nor start pods', async () => {
    const { core, apps } = clientsFor(sim, account('netcheck-remediator'));
    const patched = await core.patchNamespacedService({ ...name, body });
    expect(patched.spec?.ports?.[0]?.targetPort).toBe(9090);
    const pod: unknown = {};
    const refusals = await Promise.all([
      refusalOf(core.deleteNamespacedService(name)),
      refusalOf(apps.deleteNamespacedDeployment(name)),
      refusalOf(core.listNamespacedSecret({ namespace: 'shop' })),
      refusalOf(core.createNamespacedPod({ namespace: 'shop', body: pod as V1Pod })),
    ]);
    expect(refusals.map(({ code }) => code)).toEqual([403, 403, 403, 403]);
  });

  test('a namespace under the restricted standard takes the pods', async () => {
    const enforce = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    sim.objects.change({ resource: 'namespaces', name: 'netcheck' }, (namespace) => ({
      ...namespace,
      metadata: { ...namespace.metadata, labels: enforce },
    }));
    const { core } = clientsFor(sim, clusterAdmin);
    const create = (name: string, spec: object) => {
      const body: unknown = JSON.parse(JSON.stringify({ metadata: { name }, spec }));
      return core.createNamespacedPod({ namespace: 'netcheck', body: body as V1Pod });
    };

    const careless = { containers: [{ name: 'careless', image: 'netcheck:0.1.0' }] };
    expect((await refusalOf(create('careless', careless))).message).toContain(
      'violates PodSecurity "restricted',
    );
    for (const { metadata, spec } of deployments) {
      const pod = await create(metadata.name, spec.template.spec);
      expect(pod.metadata?.name).toBe(metadata.name);
    }
  });
});
