import type { ServiceRemediation } from './service-patch.ts';

/** `target_port`: the container port, by number or name, for the Service's only port. */
export const serviceTargetPort: ServiceRemediation = {
  patch({ metadata, spec }, { target_port: wanted = '' }) {
    const [port, ...others] = spec.ports;
    if (port === undefined) return { impossible: `Service ${metadata.name} has no port` };
    if (others.length > 0)
      return { impossible: `Service ${metadata.name} has several ports; which one is not certain` };
    const value = /^\d+$/.test(wanted) ? Number(wanted) : wanted;
    if (value === '' || (typeof value === 'number' && (value < 1 || value > 65_535))) {
      return { impossible: `"${wanted}" is not a port` };
    }
    if ((port.targetPort ?? port.port) === value) {
      return { done: `Service ${metadata.name} targets ${wanted} already` };
    }
    return {
      patch: [
        { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
        { op: 'test', path: '/spec/ports/0/port', value: port.port },
        { op: port.targetPort === undefined ? 'add' : 'replace', path: '/spec/ports/0/targetPort', value },
      ],
    };
  },
};
