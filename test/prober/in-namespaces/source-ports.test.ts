import { expect, test } from '@jest/globals';
import { dropBySourcePort } from '../../../lab/net/faults/drops.ts';
import { snatPorts } from '../../../lab/net/faults/snat-ports.ts';
import { fabric } from '../../../lab/net/topology.ts';
import { clusterOfTests, describeInSandbox } from '../../lab/net/support.ts';
import { probe, taskOf } from '../support/prober.ts';

const ext = '203.0.113.10';
const sweep = taskOf('source-ports', [{ host: ext, port: 7000 }], {
  attempts: 60,
  concurrency: 60,
  timeout: 0.3,
});

describeInSandbox('a firewall that lets answers back to high ports only', () => {
  const { sandbox, undoLater } = clusterOfTests(['ext']);

  test.each([
    { lowest: 32_768, from: 'n1' },
    { lowest: 20_011, from: 'lb' },
  ])('its boundary $lowest is found exactly from $from', async ({ lowest, from }) => {
    await undoLater(dropBySourcePort(sandbox(), fabric, { from: ext, port: 7000, lowest }));
    const { summary } = await probe(sweep, sandbox().enter(from));
    expect(summary?.facts).toMatchObject({
      boundary: 'found',
      dead_side: 'below',
      boundary_low: lowest - 1,
      boundary_high: lowest,
    });
    expect(summary?.facts['boundary_connects']).toBeLessThanOrEqual(40);
  });

  test('it has none for a pod whose ports the node rolls dice for', async () => {
    await undoLater(dropBySourcePort(sandbox(), fabric, { from: ext, port: 7000, lowest: 32_768 }));
    await undoLater(snatPorts(sandbox(), 'n1', { ports: 'fully-random', to: ext }));
    const { summary } = await probe(sweep, sandbox().enter('p11'));
    // Half of 1024 to 65535 are dead; 30 of 60 by five standard deviations.
    expect(summary?.failed).toBeGreaterThan(10);
    expect(summary?.failed).toBeLessThan(50);
    expect(summary?.facts).toMatchObject({ boundary: 'none' });
  });

  test('a live path has no boundary to seek', async () => {
    const { summary } = await probe(sweep, sandbox().enter('p11'));
    expect(summary).toMatchObject({ attempts: 60, failed: 0, facts: {} });
  });
});
