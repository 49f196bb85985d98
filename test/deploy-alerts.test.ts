import { expect, test } from '@jest/globals';
import { PatchStrategy, setHeaderOptions, type V1Deployment, type V1Service } from '@kubernetes/client-node';
import { parse, parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { parseAlertSettings } from '../core/alerts/settings.ts';
import { clusterAdmin } from '../sim/cluster/identities.ts';
import { startCluster } from '../sim/cluster/start-cluster.ts';
import { clientsFor } from './sim/cluster/clients.ts';
import { read, settings } from './support/repository.ts';

const file = 'deploy/kubernetes-alerts.yaml';
const namespace = 'netcheck';
const name = 'netcheck-bot';
const documents = parseAllDocuments(read(file)).map((document) => document.toJS() as unknown);
const service = documents[1] as V1Service;

test('what the bot is told about alerts is what it can read', () => {
  const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(documents[0]);
  expect(Object.keys(data)).toEqual(['alerts.yaml']);
  expect(parseAlertSettings('alerts.yaml', data['alerts.yaml'] ?? '', [])).toEqual({
    settings: { channel: 'C012ALERTS', bots: [], rules: [] },
  });
});

test('patched, the bot keeps all it had, and listens where the Service and the manual send alerts', async () => {
  const [bot] = parseAllDocuments(read('deploy/kubernetes.yaml')).map((one) => one.toJS() as V1Deployment);
  const cluster = await startCluster({
    manifests: [
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${namespace} }\n`,
      JSON.stringify(bot),
      JSON.stringify(service),
    ],
    still: true,
  });
  try {
    const { apps } = clientsFor(cluster, clusterAdmin);
    const patched = await apps.patchNamespacedDeployment(
      { name, namespace, body: parse(read('deploy/kubernetes-alerts-bot.yaml')) as object },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    const [container] = patched.spec?.template.spec?.containers ?? [];
    const variables = (container?.env ?? []).map(({ name: variable }) => variable);
    const before = (bot?.spec?.template.spec?.containers[0]?.env ?? []).map(({ name: variable }) => variable);
    expect(variables).toEqual(expect.arrayContaining(before));
    expect(variables.filter((variable) => !settings.has(variable))).toEqual([]);
    expect(container?.ports?.map(({ name: port }) => port).sort()).toEqual(['alerts', 'metrics']);

    const valueOf = (variable: string) => container?.env?.find((one) => one.name === variable)?.value;
    const [port] = service.spec?.ports ?? [];
    const listening = container?.ports?.find((one) => one.name === port?.targetPort)?.containerPort;
    expect(valueOf('NETCHECK_WEBHOOK_PORT')).toBe(String(listening));
    expect(patched.spec?.template.metadata?.labels).toMatchObject(service.spec?.selector ?? {});
    expect(read('docs/alerts.md')).toContain(`http://${name}.${namespace}:${port?.port ?? 0}/alertmanager`);

    const [mount] = container?.volumeMounts ?? [];
    expect(valueOf('NETCHECK_ALERTS')).toBe(`${mount?.mountPath ?? ''}/alerts.yaml`);
    expect(patched.spec?.template.spec?.volumes).toEqual([
      expect.objectContaining({
        name: mount?.name,
        configMap: expect.objectContaining({ name: 'netcheck-alerts' }),
      }),
    ]);
  } finally {
    await cluster.close();
  }
});
