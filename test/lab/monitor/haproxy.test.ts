import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exporterPort, haproxyConfig, startHaproxy } from '../../../lab/monitor/haproxy.ts';
import { clusterOfTests, connections, describeInSandbox, program } from '../net/support.ts';

const nodes = [
  { name: 'n1', ip: '10.0.0.11' },
  { name: 'n2', ip: '10.0.0.12' },
];
const port = { name: 'shop_checkout_http', port: 80, nodePort: 7000 };

test('each port goes to all nodes in turn', () => {
  const config = haproxyConfig(nodes, [port, { ...port, name: 'shop_checkout_https', port: 443 }]);
  expect(config).toContain(
    'listen shop_checkout_http\n  bind :80\n  server n1 10.0.0.11:7000\n  server n2 10.0.0.12:7000\n',
  );
  expect(config).toContain('listen shop_checkout_https\n  bind :443\n');
});

/** What the exporter says, as `name{labels} value`. */
const scrape = `
fetch('http://127.0.0.1:' + JSON.parse(process.argv[1]) + '/metrics')
  .then((answer) => answer.text())
  .then((text) => { console.log(text); process.exit(); });
`;

describeInSandbox('HAProxy before a cluster', () => {
  const { sandbox, undoLater } = clusterOfTests(['n1']);
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'netcheck-haproxy-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  test('a node that does not serve costs errors, and no request', async () => {
    await undoLater(startHaproxy(sandbox(), 'lb', { dir, config: haproxyConfig(nodes, [port]) }));
    const asked = Array.from({ length: 10 }, () => ({ to: '10.0.0.100', port: 80 }));
    const answers = await connections(sandbox(), 'lb', asked);
    expect(answers.map(({ peer }) => peer)).toEqual(asked.map(() => '10.0.0.100'));
    const counted = await sandbox().run(program(scrape, exporterPort), { netns: 'lb' });
    const of = (metric: string, server: string): number =>
      Number(
        new RegExp(
          `^haproxy_server_${metric}\\{proxy="${port.name}",server="${server}"\\} (\\d+)$`,
          'm',
        ).exec(counted)?.[1],
      );
    expect(of('redispatch_warnings_total', 'n1')).toBe(0);
    expect(of('redispatch_warnings_total', 'n2')).toBeGreaterThanOrEqual(5);
    expect(of('connection_attempts_total', 'n2')).toBe(of('redispatch_warnings_total', 'n2'));
  });

  test('says why it does not start', async () => {
    await expect(startHaproxy(sandbox(), 'lb', { dir, config: 'listen\n' })).rejects.toThrow(
      /HAProxy does not listen: .*'listen' expects/s,
    );
  });
});
