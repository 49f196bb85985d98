import { beforeAll, describe, expect, test } from '@jest/globals';
import { redirectToProxy } from '../../../lab/net/faults/redirect-to-proxy.ts';
import { placeIn, type Place } from '../../../scripts/bench/probes-place.ts';
import { armsRow, serveTls, startProxy, tlsPort } from '../../../scripts/bench/probes-proxy.ts';
import { clusterOfTests, describeInSandbox, startServer } from '../../lab/net/support.ts';
import { probe, taskOf } from '../support/prober.ts';

const ext = '203.0.113.10';
const handshakes = 400;
const exceptUid = 2102;
// CI has to be root: there they fail rather than being left out.
const canBeOthers = process.getuid?.() === 0 || process.env['CI'] !== undefined;

(canBeOthers ? describeInSandbox : describe.skip)('a proxy of the pod', () => {
  const { sandbox, undoLater } = clusterOfTests([]);
  let place: Place;
  beforeAll(async () => {
    place = await placeIn(sandbox());
    await serveTls(place);
  });

  test('that breaks one handshake of twenty is told from the path past it', async () => {
    const row = await armsRow(place, ext, { share: 0.05, handshakes, seed: 1 });
    expect(row.broken).toBeGreaterThan(5);
    expect(row).toMatchObject({
      proxied: { failed: row.broken, errors: ['closed'] },
      direct: { failed: 0 },
      isWorse: true,
    });
  });

  test('that breaks nothing makes no difference', async () => {
    const row = await armsRow(place, ext, { share: 0, handshakes: 100, seed: 2 });
    expect(row).toMatchObject({ proxied: { failed: 0 }, direct: { failed: 0 }, isWorse: false });
  });

  test('is seen through by what comes after the connect', async () => {
    const broken = Array.from({ length: 200 }, (_, n) => n).filter((n) => n % 4 === 3);
    await undoLater(startProxy(place, ext, { port: 4141, broken }));
    const connects = (proxied: boolean) =>
      probe(
        taskOf('tcp', [{ host: ext, port: tlsPort }], { attempts: 40, options: { proxied } }),
        sandbox().enter('p11'),
      );
    const [answered, timed] = [await connects(false), await connects(true)];
    expect(answered.summary).toMatchObject({ attempts: 40, failed: 0 });
    expect(timed.attempts.filter(({ ok }) => !ok).map(({ error }) => error)).toEqual(
      Array.from({ length: 10 }, () => 'closed'),
    );
    for (const { ms, phases, labels } of timed.attempts) {
      expect(labels).toMatchObject({ timed: 'handshake' });
      expect(ms).toBeGreaterThan(phases.connect ?? Infinity);
    }
  });

  test('answers for everybody, which gives it away', async () => {
    const nowhere = taskOf('transparent-proxy', [], { attempts: 2, concurrency: 2, timeout: 1 });
    const ask = async () => (await probe(nowhere, sandbox().enter('p11'))).summary?.facts;
    expect(await ask()).toEqual({ proxied: false });

    await startServer(sandbox(), 'p11', { tcp: [4140] }, exceptUid);
    const undo = await undoLater(
      redirectToProxy(sandbox(), 'p11', { ports: [9, 8443], proxyPort: 4140, exceptUid }),
    );
    expect(await ask()).toEqual({ proxied: true });
    await undo();
    expect(await ask()).toEqual({ proxied: false });
  });
});
