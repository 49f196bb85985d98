import { isObject, type JsonObject, type KubeObject } from './kube-object.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fills in what is absent; what is present wins. */
const withDefaults = (value: unknown, defaults: Fields): JsonObject => ({
  ...defaults,
  ...(isObject(value) ? value : {}),
});

const mapItems = (value: unknown, change: (item: JsonObject) => unknown): unknown =>
  Array.isArray(value) ? value.map((item: unknown) => (isObject(item) ? change(item) : item)) : value;

/** Applies a change to a field only where the field is there. */
function changed(object: JsonObject, field: string, change: (value: unknown) => unknown): JsonObject {
  return object[field] === undefined ? object : { ...object, [field]: change(object[field]) };
}

const protocol = { protocol: 'TCP' };

function defaultContainer(container: JsonObject): JsonObject {
  const image = typeof container['image'] === 'string' ? container['image'] : '';
  const tag = /:([^/@]+)$/.exec(image)?.[1];
  const pull = image.includes('@') || (tag !== undefined && tag !== 'latest') ? 'IfNotPresent' : 'Always';
  const filled = withDefaults(container, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pull,
  });
  return changed(filled, 'ports', (ports) => mapItems(ports, (port) => withDefaults(port, protocol)));
}

function defaultPodSpec(spec: unknown): JsonObject {
  let filled = withDefaults(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  for (const field of ['containers', 'initContainers', 'ephemeralContainers']) {
    filled = changed(filled, field, (containers) => mapItems(containers, defaultContainer));
  }
  return filled;
}

const defaultTemplate = (spec: JsonObject): JsonObject =>
  changed(spec, 'template', (template) =>
    isObject(template)
      ? { ...template, metadata: template['metadata'] ?? {}, spec: defaultPodSpec(template['spec']) }
      : template,
  );

function defaultDeployment(spec: unknown): JsonObject {
  const filled = withDefaults(spec, {
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: {},
  });
  return defaultTemplate(
    changed(filled, 'strategy', (strategy) => {
      const typed = withDefaults(strategy, { type: 'RollingUpdate' });
      if (typed['type'] !== 'RollingUpdate') return typed;
      return {
        ...typed,
        rollingUpdate: withDefaults(typed['rollingUpdate'], { maxUnavailable: '25%', maxSurge: '25%' }),
      };
    }),
  );
}

function defaultService(spec: unknown): JsonObject {
  const filled = withDefaults(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  const external = filled['type'] === 'ExternalName';
  const policies = external
    ? {}
    : { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', internalTrafficPolicy: 'Cluster' };
  const outside = filled['type'] === 'NodePort' || filled['type'] === 'LoadBalancer';
  return changed(
    { ...policies, ...(outside ? { externalTrafficPolicy: 'Cluster' } : {}), ...filled },
    'ports',
    (ports) => mapItems(ports, (port) => withDefaults(port, { ...protocol, targetPort: port['port'] })),
  );
}

function defaultNetworkPolicy(spec: unknown): JsonObject {
  const filled = withDefaults(spec, { podSelector: {} });
  const withPorts = ['ingress', 'egress'].reduce(
    (policy, direction) =>
      changed(policy, direction, (rules) =>
        mapItems(rules, (rule) =>
          changed(rule, 'ports', (ports) => mapItems(ports, (port) => withDefaults(port, protocol))),
        ),
      ),
    filled,
  );
  const types = Array.isArray(withPorts['egress']) ? ['Ingress', 'Egress'] : ['Ingress'];
  return { policyTypes: types, ...withPorts };
}

const rbacGroup = { apiGroup: 'rbac.authorization.k8s.io' };

function defaultBinding(object: KubeObject): KubeObject {
  return {
    ...object,
    roleRef: withDefaults(object['roleRef'], rbacGroup),
    subjects: mapItems(object['subjects'] ?? [], (subject) =>
      subject['kind'] === 'ServiceAccount' ? subject : withDefaults(subject, rbacGroup),
    ),
  };
}

const spec = (object: KubeObject, change: (spec: unknown) => unknown): KubeObject => ({
  ...object,
  spec: change(object.spec),
});

/** The defaults that the API server would write into an object, for the fields that netcheck's world looks at. */
export function applyDefaults(object: KubeObject): KubeObject {
  switch (object.kind) {
    case 'Pod':
      return spec(object, (value) => ({ enableServiceLinks: true, ...defaultPodSpec(value) }));
    case 'Deployment':
      return spec(object, defaultDeployment);
    case 'ReplicaSet':
      return spec(object, (value) => defaultTemplate(withDefaults(value, { replicas: 1 })));
    case 'StatefulSet':
      return spec(object, (value) =>
        defaultTemplate(
          withDefaults(value, { replicas: 1, podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10 }),
        ),
      );
    case 'DaemonSet':
      return spec(object, (value) => defaultTemplate(withDefaults(value, { revisionHistoryLimit: 10 })));
    case 'Job':
      return spec(object, (value) =>
        defaultTemplate(withDefaults(value, { parallelism: 1, completions: 1, backoffLimit: 6 })),
      );
    case 'Service':
      return spec(object, defaultService);
    case 'NetworkPolicy':
      return spec(object, defaultNetworkPolicy);
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return defaultBinding(object);
    case 'Namespace':
      return {
        ...spec(object, (value) => withDefaults(value, { finalizers: ['kubernetes'] })),
        metadata: {
          ...object.metadata,
          labels: { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name },
        },
        status: withDefaults(object.status, { phase: 'Active' }),
      };
    case 'Secret':
      return defaultSecret(object);
    default:
      return object;
  }
}

function defaultSecret(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  const encoded = isObject(stringData)
    ? Object.fromEntries(
        Object.entries(stringData).map(([key, value]) => [
          key,
          Buffer.from(String(value)).toString('base64'),
        ]),
      )
    : {};
  const data = { ...(isObject(object['data']) ? object['data'] : {}), ...encoded };
  return { type: 'Opaque', ...rest, ...(Object.keys(data).length === 0 ? {} : { data }) };
}
