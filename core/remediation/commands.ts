import { remediationKinds, type RemediationId, type RemediationParams } from './kinds.ts';
import type { Proposal } from './proposal.ts';
import { quote } from './shell.ts';

/** What is to be done, for what. */
type Asked = Pick<Proposal, 'remediation' | 'namespace' | 'service' | 'params'>;

interface ByHand {
  readonly commands: readonly string[];
  /** Empty where it cannot be taken back, or only by whoever knows how it was. */
  readonly undo: readonly string[];
}

/** The commands by which a person makes the same change. None for parameters that the remediation does not take. */
export function commandsOf(asked: Asked): readonly string[] {
  return byHand(asked).commands;
}

/** The commands that take it back, where nobody has to know for that how it was before. */
export function undoCommandsOf(asked: Asked): readonly string[] {
  return byHand(asked).undo;
}

function byHand({ remediation, params, ...where }: Asked): ByHand {
  return write(remediation, writers[remediation], params, where);
}

function write<Id extends RemediationId>(
  id: Id,
  writer: Writers[Id],
  params: Asked['params'],
  where: Where,
): ByHand {
  const read = remediationKinds[id].params.safeParse(params);
  return read.success ? writer(read.data as RemediationParams<Id>, where) : { commands: [], undo: [] };
}

type Where = Pick<Proposal, 'namespace' | 'service'>;
type Writers = { readonly [Id in RemediationId]: (params: RemediationParams<Id>, where: Where) => ByHand };
type Workload = RemediationParams<'rollout-restart'>['workload'];

const writers: Writers = {
  'service-selector': ({ selector }, { namespace, service }) =>
    lasting(kubectl(namespace, 'set', 'selector', `service/${service}`, selectorText(selector))),
  'service-target-port': ({ target_port }, { namespace, service }) =>
    lasting(
      patch(namespace, `service/${service}`, 'json', [
        { op: 'add', path: '/spec/ports/0/targetPort', value: target_port },
      ]),
    ),
  'service-traffic-policy': ({ policy }, { namespace, service }) =>
    lasting(patch(namespace, `service/${service}`, 'merge', { spec: { externalTrafficPolicy: policy } })),
  'pod-annotation': ({ workload, name, value = null }, where) =>
    rollout(workload, where, (namespace, object) => [
      ...(/ports$/i.test(name) && value !== null ? [keepPorts(namespace, object)] : []),
      patch(namespace, object, 'merge', template({ metadata: { annotations: { [name]: value } } })),
    ]),
  'cni-setting': ({ name, value }) => ({
    commands: [
      kubectl(
        'kube-system',
        'set',
        'env',
        'daemonset/aws-node',
        value === undefined ? `${name}-` : `${name}=${value}`,
      ),
    ],
    undo: [kubectl('kube-system', 'rollout', 'undo', 'daemonset/aws-node')],
  }),
  'pod-dns-option': ({ workload, option, value }, where) =>
    rollout(workload, where, (namespace, object) => [
      kubectl(namespace, 'get', object, '-o', 'jsonpath={.spec.template.spec.dnsConfig}'),
      '# The next one replaces the options that this shows: add them to it.',
      patch(
        namespace,
        object,
        'merge',
        template({
          spec: {
            dnsConfig: {
              options: [{ name: option, ...(value !== undefined && { value: String(value) }) }],
            },
          },
        }),
      ),
    ]),
  'graceful-shutdown': ({ workload, pre_stop_seconds, grace_seconds }, where) =>
    rollout(workload, where, (namespace, object) => [
      containersOf(namespace, object),
      '# A longer terminationGracePeriodSeconds stays as it is; preStop sleep needs Kubernetes 1.30.',
      patchContainer(
        namespace,
        object,
        { name: serving, lifecycle: { preStop: { sleep: { seconds: pre_stop_seconds } } } },
        { terminationGracePeriodSeconds: grace_seconds },
      ),
    ]),
  'readiness-probe': ({ workload, port }, where) =>
    rollout(workload, where, (namespace, object) => [
      containersOf(namespace, object),
      patchContainer(namespace, object, { name: serving, readinessProbe: { tcpSocket: { port } } }),
    ]),
  'allow-dns': ({ workload }, where) =>
    policy(`netcheck-allow-dns-${workload.name}`, workload, where, {
      policyTypes: ['Egress'],
      egress: [
        {
          to: [podsIn('kube-system', { 'k8s-app': 'kube-dns' })],
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
      ],
    }),
  'allow-ingress': ({ workload, from_namespace, from, port, protocol }, where) =>
    policy(`netcheck-allow-ingress-${workload.name}-from-${from_namespace}`, workload, where, {
      policyTypes: ['Ingress'],
      ingress: [{ from: [podsIn(from_namespace, from)], ports: [{ protocol, port }] }],
    }),
  scale: ({ workload, replicas }, where) =>
    lasting(kubectl(namespaceOf(workload, where), 'scale', objectOf(workload), `--replicas=${replicas}`)),
  'rollout-restart': ({ workload }, where) =>
    lasting(kubectl(namespaceOf(workload, where), 'rollout', 'restart', objectOf(workload))),
  'restart-daemonset-pod': ({ workload, node }, where) => {
    const namespace = namespaceOf(workload, where);
    const owned = `jsonpath={range .items[?(@.metadata.ownerReferences[0].name=="${workload.name}")]}{.metadata.name}{"\\n"}{end}`;
    const list = kubectl(namespace, 'get', 'pods', '--field-selector', `spec.nodeName=${node}`, '-o', owned);
    return lasting(`${list} | xargs ${kubectl(namespace, 'delete', 'pod')}`);
  },
  cordon: ({ node }) => ({
    commands: [`kubectl cordon ${quote(node)}`],
    undo: [`kubectl uncordon ${quote(node)}`],
  }),
  uncordon: ({ node }) => ({
    commands: [`kubectl uncordon ${quote(node)}`],
    undo: [`kubectl cordon ${quote(node)}`],
  }),
  drain: ({ node }) => ({
    commands: [`kubectl drain ${quote(node)} --ignore-daemonsets --delete-emptydir-data`],
    undo: [`kubectl uncordon ${quote(node)}`],
  }),
  'cpu-limit': ({ workload, container, limit }, where) =>
    rollout(workload, where, (namespace, object) => [
      patchContainer(namespace, object, {
        name: container,
        resources: { limits: { cpu: limit === 'none' ? null : limit } },
      }),
    ]),
  'nat-port-range': ({ range }) =>
    lasting(patch(undefined, 'felixconfiguration/default', 'merge', { spec: { natPortRange: range } })),
  manual: ({ commands }) => ({ commands: commands.trimEnd().split('\n'), undo: [] }),
};

/** Which container it is only its workload tells. */
const serving = '<container that serves>';

function lasting(command: string): ByHand {
  return { commands: [command], undo: [] };
}

/** A change of a pod template: Kubernetes keeps the one before. */
function rollout(
  workload: Workload,
  where: Where,
  commands: (namespace: string, object: string) => readonly string[],
): ByHand {
  const [namespace, object] = [namespaceOf(workload, where), objectOf(workload)];
  return { commands: commands(namespace, object), undo: [kubectl(namespace, 'rollout', 'undo', object)] };
}

/** netcheck adds to a list of ports; a patch by hand would replace it. */
function keepPorts(namespace: string, object: string): string {
  const path = 'jsonpath={.spec.template.metadata.annotations}';
  return `# Name the ports as well that it names already: ${kubectl(namespace, 'get', object, '-o', path)}`;
}

function containersOf(namespace: string, object: string): string {
  const path = '{range .spec.template.spec.containers[*]}{.name} {.ports[*].containerPort}{"\\n"}{end}';
  return kubectl(namespace, 'get', object, '-o', `jsonpath=${path}`);
}

function patchContainer(
  namespace: string,
  object: string,
  container: Readonly<Record<string, unknown>>,
  besides: Readonly<Record<string, unknown>> = {},
): string {
  return patch(namespace, object, 'strategic', template({ spec: { ...besides, containers: [container] } }));
}

function podsIn(namespace: string, labels: Readonly<Record<string, string>>): unknown {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels: labels },
  };
}

/** A NetworkPolicy for the pods of a workload, whose labels only the cluster knows. */
function policy(
  name: string,
  workload: Workload,
  where: Where,
  spec: Readonly<Record<string, unknown>>,
): ByHand {
  const namespace = namespaceOf(workload, where);
  const head = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name } };
  const before = `${JSON.stringify(head).slice(0, -1)},"spec":{"podSelector":`;
  const after = `,${JSON.stringify(spec).slice(1)}}`;
  const read = kubectl(namespace, 'get', objectOf(workload), '-o', 'jsonpath={.spec.selector}');
  return {
    commands: [
      `selector=$(${read})`,
      `printf %s ${quote(before)} "$selector" ${quote(after)} | ${kubectl(namespace, 'apply', '-f', '-')}`,
    ],
    undo: [kubectl(namespace, 'delete', 'networkpolicy', name)],
  };
}

function template(content: unknown): unknown {
  return { spec: { template: content } };
}

function patch(
  namespace: string | undefined,
  object: string,
  type: 'json' | 'merge' | 'strategic',
  content: unknown,
): string {
  return kubectl(namespace, 'patch', object, `--type=${type}`, '-p', JSON.stringify(content));
}

function kubectl(namespace: string | undefined, ...words: readonly string[]): string {
  const scope = namespace === undefined ? [] : ['-n', namespace];
  return ['kubectl', ...scope, ...words].map(quote).join(' ');
}

function namespaceOf({ namespace }: Workload, where: Where): string {
  return namespace ?? where.namespace;
}

function objectOf({ kind, name }: Workload): string {
  return `${kind.toLowerCase()}/${name}`;
}

function selectorText(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
