import type { Topology } from '../net/topology.ts';

/** The upstream resolver, and what nodes themselves ask. */
export const resolver = '203.0.113.53';

/** The far end outside the cluster, which knows no way to pods. */
export const farEnd = '203.0.113.10';

/** Where load comes from. */
export const balancer = '10.0.0.100';

const resolvConf = `nameserver ${resolver}\n`;

/** Three nodes for work, one for those who watch, and the world outside. */
export const topology = {
  nodes: [
    { name: 'node-a', ip: '10.0.0.11', podCidr: '10.244.1.0/24', resolvConf },
    { name: 'node-b', ip: '10.0.0.12', podCidr: '10.244.2.0/24', resolvConf },
    { name: 'node-c', ip: '10.0.0.13', podCidr: '10.244.3.0/24', resolvConf },
    { name: 'ops', ip: '10.0.0.14', podCidr: '10.244.4.0/24', resolvConf },
  ],
  pods: [],
  hosts: [
    { name: 'lb', ip: balancer, resolvConf },
    { name: 'ext', ip: farEnd, resolvConf },
    { name: 'dns', ip: resolver, resolvConf },
  ],
} satisfies Topology;

export const workingNodes = topology.nodes.filter(({ name }) => name !== 'ops');
export const monitorNode = { name: 'ops', ip: '10.0.0.14' };

/** Addresses of pods, of all nodes. */
export const podNetwork = '10.244.0.0/16';
export const clusterDns = '10.96.0.10';
