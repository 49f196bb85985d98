import { sliceName, uidOf } from '../names.ts';
import type { ServicePlan } from '../plan.ts';
import { isReadyAt } from '../pods.ts';
import type { Manifest } from './manifest.ts';

function serviceUid({ namespace, name }: ServicePlan): string {
  return uidOf(`${namespace}/service/${name}`);
}

export function serviceManifest(service: ServicePlan): Manifest {
  const { name, namespace, clusterIp, selector, port, targetPort } = service;
  const isDns = name === 'kube-dns';
  const ports = Object.entries(service.portNames).map(([of, protocol]) => ({
    name: of,
    protocol,
    port,
    targetPort,
  }));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      uid: serviceUid(service),
      labels: isDns ? { 'k8s-app': 'kube-dns', 'kubernetes.io/name': 'CoreDNS' } : { app: name },
    },
    spec: { type: 'ClusterIP', clusterIP: clusterIp, clusterIPs: [clusterIp], selector, ports },
  };
}

/** What the EndpointSlice controller made of the Service; it knows its own by the two labels. */
export function endpointSliceManifest(service: ServicePlan): Manifest {
  const { name, namespace } = service;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: sliceName(namespace, name),
      generateName: `${name}-`,
      namespace,
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          name,
          uid: serviceUid(service),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    addressType: 'IPv4',
    ports: Object.entries(service.portNames).map(([port, protocol]) => ({
      name: port,
      protocol,
      port: service.endpointPort(0),
    })),
    endpoints: service.endpoints(0).map((pod) => ({
      addresses: [pod.ip],
      conditions: { ready: isReadyAt(pod, 0), serving: isReadyAt(pod, 0), terminating: false },
      nodeName: pod.node.name,
      zone: pod.node.zone,
      targetRef: {
        kind: 'Pod',
        name: pod.name,
        namespace: pod.namespace,
        uid: uidOf(`${pod.namespace}/${pod.name}`),
      },
    })),
  };
}

export function ingressManifest({ name, namespace, ingress, port }: ServicePlan): Manifest[] {
  if (ingress === undefined) {
    return [];
  }
  const backend = { service: { name, port: { number: port } } };
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace, annotations: ingress.annotations },
      spec: {
        ingressClassName: 'nginx',
        rules: [{ host: ingress.host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
      },
    },
  ];
}
