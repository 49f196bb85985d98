import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { commandsOf, undoCommandsOf } from '../../../core/remediation/commands.ts';
import { RemediationId } from '../../../core/remediation/kinds.ts';

type Params = Readonly<Record<string, string>>;
const workload = 'Deployment/cart';
const dns = 'kube-system/Deployment/coredns';

/** The change, its commands, and those that take it back. */
const table: readonly (readonly [RemediationId, Params, readonly string[], readonly string[]])[] = [
  [
    'service-selector',
    { selector: 'app=cart,tier=web' },
    ['kubectl -n shop set selector service/checkout app=cart,tier=web'],
    [],
  ],
  [
    'service-target-port',
    { target_port: '8080' },
    [
      `kubectl -n shop patch service/checkout --type=json -p '[{"op":"add","path":"/spec/ports/0/targetPort","value":8080}]'`,
    ],
    [],
  ],
  [
    'service-target-port',
    { target_port: 'http' },
    [
      `kubectl -n shop patch service/checkout --type=json -p '[{"op":"add","path":"/spec/ports/0/targetPort","value":"http"}]'`,
    ],
    [],
  ],
  [
    'service-traffic-policy',
    { policy: 'Cluster' },
    [`kubectl -n shop patch service/checkout --type=merge -p '{"spec":{"externalTrafficPolicy":"Cluster"}}'`],
    [],
  ],
  [
    'pod-annotation',
    { workload, name: 'linkerd.io/inject', value: 'disabled' },
    [
      `kubectl -n shop patch deployment/cart --type=merge -p '{"spec":{"template":{"metadata":{"annotations":{"linkerd.io/inject":"disabled"}}}}}'`,
    ],
    ['kubectl -n shop rollout undo deployment/cart'],
  ],
  [
    'pod-annotation',
    { workload: 'web/StatefulSet/cart', name: 'linkerd.io/inject' },
    [
      `kubectl -n web patch statefulset/cart --type=merge -p '{"spec":{"template":{"metadata":{"annotations":{"linkerd.io/inject":null}}}}}'`,
    ],
    ['kubectl -n web rollout undo statefulset/cart'],
  ],
  [
    'pod-annotation',
    { workload, name: 'config.linkerd.io/skip-outbound-ports', value: '443' },
    [
      `# Name the ports as well that it names already: kubectl -n shop get deployment/cart -o 'jsonpath={.spec.template.metadata.annotations}'`,
      `kubectl -n shop patch deployment/cart --type=merge -p '{"spec":{"template":{"metadata":{"annotations":{"config.linkerd.io/skip-outbound-ports":"443"}}}}}'`,
    ],
    ['kubectl -n shop rollout undo deployment/cart'],
  ],
  [
    'cni-setting',
    { name: 'AWS_VPC_K8S_CNI_EXTERNALSNAT', value: 'true' },
    ['kubectl -n kube-system set env daemonset/aws-node AWS_VPC_K8S_CNI_EXTERNALSNAT=true'],
    ['kubectl -n kube-system rollout undo daemonset/aws-node'],
  ],
  [
    'cni-setting',
    { name: 'AWS_VPC_K8S_CNI_RANDOMIZESNAT' },
    ['kubectl -n kube-system set env daemonset/aws-node AWS_VPC_K8S_CNI_RANDOMIZESNAT-'],
    ['kubectl -n kube-system rollout undo daemonset/aws-node'],
  ],
  [
    'pod-dns-option',
    { workload, option: 'ndots', value: '2' },
    [
      "kubectl -n shop get deployment/cart -o 'jsonpath={.spec.template.spec.dnsConfig}'",
      '# The next one replaces the options that this shows: add them to it.',
      `kubectl -n shop patch deployment/cart --type=merge -p '{"spec":{"template":{"spec":{"dnsConfig":{"options":[{"name":"ndots","value":"2"}]}}}}}'`,
    ],
    ['kubectl -n shop rollout undo deployment/cart'],
  ],
  [
    'graceful-shutdown',
    { workload, pre_stop_seconds: '10', grace_seconds: '40' },
    [
      `kubectl -n shop get deployment/cart -o 'jsonpath={range .spec.template.spec.containers[*]}{.name} {.ports[*].containerPort}{"\\n"}{end}'`,
      '# A longer terminationGracePeriodSeconds stays as it is; preStop sleep needs Kubernetes 1.30.',
      `kubectl -n shop patch deployment/cart --type=strategic -p '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":40,"containers":[{"name":"<container that serves>","lifecycle":{"preStop":{"sleep":{"seconds":10}}}}]}}}}'`,
    ],
    ['kubectl -n shop rollout undo deployment/cart'],
  ],
  [
    'readiness-probe',
    { workload, port: '8080' },
    [
      `kubectl -n shop get deployment/cart -o 'jsonpath={range .spec.template.spec.containers[*]}{.name} {.ports[*].containerPort}{"\\n"}{end}'`,
      `kubectl -n shop patch deployment/cart --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"<container that serves>","readinessProbe":{"tcpSocket":{"port":8080}}}]}}}}'`,
    ],
    ['kubectl -n shop rollout undo deployment/cart'],
  ],
  [
    'allow-dns',
    { workload },
    [
      "selector=$(kubectl -n shop get deployment/cart -o 'jsonpath={.spec.selector}')",
      `printf %s '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"netcheck-allow-dns-cart"},"spec":{"podSelector":' "$selector" ',"policyTypes":["Egress"],"egress":[{"to":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}},"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}]}}' | kubectl -n shop apply -f -`,
    ],
    ['kubectl -n shop delete networkpolicy netcheck-allow-dns-cart'],
  ],
  [
    'allow-ingress',
    { workload, from_namespace: 'front', from: 'app=web', port: '8080' },
    [
      "selector=$(kubectl -n shop get deployment/cart -o 'jsonpath={.spec.selector}')",
      `printf %s '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"netcheck-allow-ingress-cart-from-front"},"spec":{"podSelector":' "$selector" ',"policyTypes":["Ingress"],"ingress":[{"from":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"front"}},"podSelector":{"matchLabels":{"app":"web"}}}],"ports":[{"protocol":"TCP","port":8080}]}]}}' | kubectl -n shop apply -f -`,
    ],
    ['kubectl -n shop delete networkpolicy netcheck-allow-ingress-cart-from-front'],
  ],
  [
    'scale',
    { workload: dns, replicas: '4' },
    ['kubectl -n kube-system scale deployment/coredns --replicas=4'],
    [],
  ],
  ['rollout-restart', { workload: dns }, ['kubectl -n kube-system rollout restart deployment/coredns'], []],
  [
    'restart-daemonset-pod',
    { workload: 'kube-system/DaemonSet/kube-proxy', node: 'node-a' },
    [
      `kubectl -n kube-system get pods --field-selector spec.nodeName=node-a -o 'jsonpath={range .items[?(@.metadata.ownerReferences[0].name=="kube-proxy")]}{.metadata.name}{"\\n"}{end}' | xargs kubectl -n kube-system delete pod`,
    ],
    [],
  ],
  ['cordon', { node: 'node-a' }, ['kubectl cordon node-a'], ['kubectl uncordon node-a']],
  ['uncordon', { node: 'node-a' }, ['kubectl uncordon node-a'], ['kubectl cordon node-a']],
  [
    'drain',
    { node: 'node-a' },
    ['kubectl drain node-a --ignore-daemonsets --delete-emptydir-data'],
    ['kubectl uncordon node-a'],
  ],
  [
    'cpu-limit',
    { workload, container: 'app', limit: '500m' },
    [
      `kubectl -n shop patch deployment/cart --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","resources":{"limits":{"cpu":"500m"}}}]}}}}'`,
    ],
    ['kubectl -n shop rollout undo deployment/cart'],
  ],
  [
    'cpu-limit',
    { workload, container: 'app', limit: 'none' },
    [
      `kubectl -n shop patch deployment/cart --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","resources":{"limits":{"cpu":null}}}]}}}}'`,
    ],
    ['kubectl -n shop rollout undo deployment/cart'],
  ],
  [
    'nat-port-range',
    { range: '32768:65535' },
    [`kubectl patch felixconfiguration/default --type=merge -p '{"spec":{"natPortRange":"32768:65535"}}'`],
    [],
  ],
  ['manual', { commands: 'one | two\n  three\n' }, ['one | two', '  three'], []],
];

const asked = (remediation: RemediationId, params: Params) => ({
  remediation,
  params,
  namespace: 'shop',
  service: 'checkout',
});

test.each(table)('%s %j is done by hand, and taken back', (remediation, params, commands, undo) => {
  expect(commandsOf(asked(remediation, params))).toEqual(commands);
  expect(undoCommandsOf(asked(remediation, params))).toEqual(undo);
});

test('every remediation has commands', () => {
  expect([...new Set(table.map(([id]) => id))].sort()).toEqual([...RemediationId.options].sort());
});

describe('hostile names', () => {
  const hostile = [
    `'; touch /tmp/x; '`,
    '$(id)',
    '`id`',
    '"a"',
    'a b',
    '%s%n\\n',
    '*',
    '-rf',
    '\n',
    '$HOME',
    '~',
  ];
  /** What a shell makes of a command: one word a line, and nothing is run. */
  const wordsOf = (command: string): string[] =>
    execFileSync('bash', ['-c', `kubectl() { printf '%s\\0' "$@"; }; ${command}`], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1);

  test.each(hostile)('%j stays one word as namespace and Service', (name) => {
    const [command = ''] = commandsOf({
      ...asked('service-traffic-policy', { policy: 'Local' }),
      namespace: name,
      service: name,
    });
    expect(wordsOf(command).slice(0, 4)).toEqual(['-n', name, 'patch', `service/${name}`]);
  });

  test.each(hostile.filter((name) => !name.includes(',')))('%j stays a value of a selector', (value) => {
    const [command = ''] = commandsOf(asked('service-selector', { selector: `app=${value}` }));
    expect(wordsOf(command).at(-1)).toBe(`app=${value}`);
  });

  test.each(hostile)('%j stays a label of those whom a policy admits', (value) => {
    const params = { workload, from_namespace: 'front', from: `app=${value}`, port: '80' };
    const [select = '', apply = ''] = commandsOf(asked('allow-ingress', params));
    expect(select).not.toBe('');
    const manifest = execFileSync(
      'bash',
      ['-c', `kubectl() { cat; }; selector='{"matchLabels":{"app":"cart"}}'; ${apply}`],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(manifest)).toMatchObject({
      spec: {
        podSelector: { matchLabels: { app: 'cart' } },
        ingress: [{ from: [{ podSelector: { matchLabels: { app: value } } }] }],
      },
    });
  });

  test.each<[RemediationId, Params]>([
    ['cordon', { node: 'a; id' }],
    ['rollout-restart', { workload: 'Deployment/a b' }],
    ['restart-daemonset-pod', { workload: 'DaemonSet/x"]}', node: 'a' }],
    ['cpu-limit', { workload, container: '$(id)', limit: '1' }],
    ['scale', { workload, replicas: '1', more: 'x' }],
    ['manual', {}],
  ])('%s makes no command of what it does not take: %j', (remediation, params) => {
    expect(commandsOf(asked(remediation, params))).toEqual([]);
    expect(undoCommandsOf(asked(remediation, params))).toEqual([]);
  });
});
