import { expect, test } from '@jest/globals';
import { proportionInterval } from '../../../core/statistics/binomial.ts';
import { synLoss } from '../../../lab/net/faults/drops.ts';
import { lossCases, lossRow } from '../../../scripts/bench/probes-loss.ts';
import { placeIn } from '../../../scripts/bench/probes-place.ts';
import { clusterOfTests, describeInSandbox } from '../../lab/net/support.ts';
import { classified } from '../support/classified.ts';
import { probe, taskOf } from '../support/prober.ts';

const ext = '203.0.113.10';

describeInSandbox('lost SYNs', () => {
  const { sandbox, undoLater } = clusterOfTests(['ext']);

  /** `npm run bench -- probes` asks for 95 of 100; what these few runs ask for is missed by chance once in 5000. */
  test.each(lossCases)('a loss of $share is told by $attempts connects', async ({ share, attempts }) => {
    const row = await lossRow(await placeIn(sandbox()), ext, { share, attempts, runs: 8 });
    expect(row.covered).toBeGreaterThanOrEqual(share === 0 ? 8 : 5);
    const { low, high } = proportionInterval(row.late, row.attempts, 0.9999);
    expect(low).toBeLessThanOrEqual(share);
    expect(high).toBeGreaterThanOrEqual(share);
  });

  /** So many that the rhythm of one Linux is told from that of the other in all but one of 1500 runs. */
  const connects = { attempts: 450, concurrency: 450, timeout: 8 };

  test('keep to the rhythm of the Linux that sent them', async () => {
    // The pod p12 sends SYNs again as Linux before 6.5 does.
    await undoLater(synLoss(sandbox(), 'n1', { share: 0.2, to: ext }));
    const task = taskOf('tcp', [{ host: ext, port: 7000 }], connects);
    const [newer, older] = await Promise.all(['p11', 'p12'].map((pod) => probe(task, sandbox().enter(pod))));
    expect(classified(newer)).toMatchObject({
      name: 'syn-retransmission',
      title: 'SYNs were lost and sent again after 1, 2, 3, 4, 5, 7 s, as by Linux 6.5 or later',
    });
    expect(classified(older)).toMatchObject({
      name: 'syn-retransmission',
      title: 'SYNs or SYN-ACKs were lost and sent again after 1, 3, 7 s',
    });
  });

  test('are counted where they were sent, and nowhere else', async () => {
    await undoLater(synLoss(sandbox(), 'n1', { share: 0.3, to: ext }));
    const task = taskOf('tcp', [{ host: ext, port: 7000 }], {
      attempts: 100,
      concurrency: 100,
      timeout: 1.5,
      startAt: Date.now() + 1200,
    });
    const counters = taskOf('counters', [], { options: { seconds: 3.5 } });
    const [made, inPod, onNode] = await Promise.all([
      probe(task, sandbox().enter('p11')),
      ...['p11', 'n1'].map((netns) => probe(counters, sandbox().enter(netns))),
    ]);
    const late = made.attempts.filter(({ ok, ms }) => !ok || ms >= 900).length;
    expect(late).toBeGreaterThan(0);
    expect(inPod?.summary?.facts).toMatchObject({ Tcp_ActiveOpens: 100, TcpExt_TCPSynRetrans: late });
    expect(onNode?.summary?.facts).toMatchObject({
      TcpExt_TCPSynRetrans: 0,
      nf_conntrack_stat_insert_failed: 0,
    });
  });
});
