import { expect, test } from '@jest/globals';
import { cadvisor } from '../../../lab/monitor/cadvisor.ts';
import { complaints } from './support.ts';

const netDev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:  999  9    0    0    0     0          0         0  999  9    0    0    0     0       0          0
  eth0:6442318085  216062    1    2    0     0          0         0 37601408  191248    3    4    0     0       0          0
`;
const checkout = {
  namespace: 'shop',
  name: 'checkout-1',
  netDev,
  containers: [
    {
      name: 'checkout',
      image: 'lab/apps:1',
      usageSeconds: 12.5,
      cpu: { periods: 100, throttledPeriods: 40, throttledSeconds: 1.25 },
    },
    { name: 'linkerd-proxy' },
  ],
};

function series(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('a limited container has its quota counted, and a network its devices', () => {
  const container = 'namespace="shop",pod="checkout-1",container="checkout",image="lab/apps:1"';
  const device = 'namespace="shop",pod="checkout-1",interface="eth0"';
  expect(series(cadvisor([checkout]))).toEqual([
    `container_cpu_usage_seconds_total{${container},cpu="total"} 12.5`,
    `container_cpu_cfs_periods_total{${container}} 100`,
    `container_cpu_cfs_throttled_periods_total{${container}} 40`,
    `container_cpu_cfs_throttled_seconds_total{${container}} 1.25`,
    `container_network_receive_bytes_total{${device}} 6442318085`,
    `container_network_receive_packets_total{${device}} 216062`,
    `container_network_receive_errors_total{${device}} 1`,
    `container_network_receive_packets_dropped_total{${device}} 2`,
    `container_network_transmit_bytes_total{${device}} 37601408`,
    `container_network_transmit_packets_total{${device}} 191248`,
    `container_network_transmit_errors_total{${device}} 3`,
    `container_network_transmit_packets_dropped_total{${device}} 4`,
  ]);
});

test('Prometheus can read it', async () => {
  expect(await complaints(cadvisor([checkout, { ...checkout, name: 'checkout-2' }]))).toEqual([]);
});
