import type { IngressRule, NetworkPolicy, Pod } from '../cluster-objects.ts';
import { any, blockList, isEmpty, isIn, type Answer } from './policy-answers.ts';

/** Who calls, and the pod that is called at which TCP port of its own. */
interface Call {
  readonly caller: Pod;
  readonly called: Pod;
  readonly port: number;
}

type Selector = Readonly<Record<string, unknown>>;

/** Whether the ingress rules of a policy, which selects the pod that is called, let the caller in; without rules nobody. */
export function ingressAdmits({ metadata, spec }: NetworkPolicy, call: Call): Answer {
  return any(spec.ingress.map((rule) => ruleAdmits(rule, metadata.namespace, call)));
}

/** A rule without `from` admits everybody, one without `ports` at every port: `{}` admits everything. */
function ruleAdmits({ from, ports, ...unknown }: IngressRule, namespace: string, call: Call): Answer {
  const peer = from.length === 0 ? 'yes' : any(from.map((one) => peerAdmits(one, namespace, call.caller)));
  const port = ports.length === 0 ? 'yes' : any(ports.map((one) => portAdmits(one, call)));
  if (peer === 'no' || port === 'no') return 'no';
  return peer === 'yes' && port === 'yes' && isEmpty(unknown) ? 'yes' : 'unclear';
}

function peerAdmits(
  { ipBlock, podSelector, namespaceSelector, ...unknown }: IngressRule['from'][number],
  namespace: string,
  { metadata, status }: Pod,
): Answer {
  if (!isEmpty(unknown)) return 'unclear';
  if (ipBlock !== undefined) {
    const [inside, outside] = [blockList(ipBlock.cidr), blockList(...ipBlock.except)];
    const { podIP = '' } = status;
    // Whether a block means pods, too, is up to the network plugin.
    return isIn(inside, podIP) && !isIn(outside, podIP) ? 'unclear' : 'no';
  }
  const where =
    namespaceSelector === undefined
      ? yesOrNo(metadata.namespace === namespace)
      : matches(namespaceSelector, { 'kubernetes.io/metadata.name': metadata.namespace }, false);
  const who = podSelector === undefined ? 'yes' : matches(podSelector, metadata.labels, true);
  if (where === 'no' || who === 'no') return 'no';
  return where === 'yes' && who === 'yes' ? 'yes' : 'unclear';
}

/** Whether labels satisfy a LabelSelector; of expressions, and of labels that nobody read, it is not plain. */
function matches(selector: unknown, labels: Readonly<Record<string, string>>, areAll: boolean): Answer {
  const {
    matchLabels = {},
    matchExpressions = [],
    ...unknown
  } = (selector ?? {}) as {
    readonly matchLabels?: Selector;
    readonly matchExpressions?: readonly unknown[];
  };
  const answers = Object.entries(matchLabels).map(([key, value]): Answer => {
    if (!areAll && !Object.hasOwn(labels, key)) return 'unclear';
    return yesOrNo(labels[key] === value);
  });
  if (answers.includes('no')) return 'no';
  const isPlain = matchExpressions.length === 0 && isEmpty(unknown) && !answers.includes('unclear');
  return isPlain ? 'yes' : 'unclear';
}

function portAdmits(
  { protocol, port, endPort, ...unknown }: IngressRule['ports'][number],
  { called, port: own }: Call,
): Answer {
  if (protocol !== 'TCP') return 'no';
  if (port === undefined) return 'yes';
  if (!isEmpty(unknown)) return 'unclear';
  if (typeof port === 'number') return yesOrNo(own >= port && own <= (endPort ?? port));
  const declared = called.spec.containers.flatMap(({ ports }) => ports);
  return yesOrNo(declared.some(({ name, containerPort }) => name === port && containerPort === own));
}

function yesOrNo(is: boolean): Answer {
  return is ? 'yes' : 'no';
}
