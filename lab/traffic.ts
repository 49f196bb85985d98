import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Closers } from '../sim/demo/closers.ts';
import { balancer, farEnd, monitorNode, resolver, workingNodes } from './cluster/topology.ts';
import type { Lab } from './lab.ts';
import { exporterPort, haproxyConfig, startHaproxy } from './monitor/haproxy.ts';

/** Names of the world outside, which the upstream resolver knows. */
const outside = {
  'legacy.example.com': [farEnd],
  'api.example.com': [farEnd],
};

/** What can be said before it is there: Prometheus looks for targets every 5 s only. */
const targets = [
  { job: 'dns', address: `${resolver}:9153` },
  { job: 'otel-collector', address: `${monitorNode.ip}:8889` },
  { job: 'haproxy', address: `${balancer}:${exporterPort}` },
];

/** Requests a second that clients send. */
const rate = 30;

/** Everything outside the cluster: the far end, the upstream resolver, the load balancer and its clients. */
export async function startTraffic(lab: Lab, closers: Closers, appsFolder: string): Promise<void> {
  const start = async (...args: Parameters<Lab['start']>): Promise<void> => {
    const program = await lab.start(...args);
    closers.add(() => program.stop());
  };
  for (const target of targets) lab.scrape(target);
  await writeFile(join(appsFolder, 'outside.json'), JSON.stringify(outside));
  await Promise.all([
    start('far-end', 'ext'),
    start('collector', 'ops', { env: { PORT: '4318' } }),
    start('resolver', 'dns', { env: { METRICS_PORT: '9153', RECORDS: 'outside.json' } }),
    startBalancer(lab, closers),
  ]);
  const services = [
    'ingress-nginx-controller.ingress-nginx',
    'checkout.shop',
    'payments.shop',
    'kube-dns.kube-system',
  ];
  await lab.until('pods behind every Service', () => services.every((one) => lab.podsOf(one).length === 2));
  await start('load', 'lb', { env: { URL: `http://${balancer}/`, RATE: String(rate) } });
}

async function startBalancer(lab: Lab, closers: Closers): Promise<void> {
  const ports = [
    { name: 'ingress-nginx_ingress-nginx-controller_http', port: 80, nodePort: 30080 },
    { name: 'ingress-nginx_ingress-nginx-controller_https', port: 443, nodePort: 30443 },
  ];
  const config = haproxyConfig(workingNodes, ports);
  const stop = await startHaproxy(lab.sandbox, 'lb', { dir: lab.dir, config });
  closers.add(stop);
}
