import { afterEach, describe, expect, test } from '@jest/globals';
import { resolvedAt, stormAlerts, stormServices } from '../../sim/alerts/storm.ts';
import { startStormTown, type StormTown, type StormTownOptions } from '../../sim/alerts/storm-town.ts';
import { eventually } from '../workers/support/lab.ts';
import { isConcluded, threadsOf } from '../../sim/alerts/threads.ts';

const patienceMs = 90_000;

describe('a real Alertmanager', () => {
  let town: StormTown | undefined;
  afterEach(() => town?.close());

  async function open(options: Pick<StormTownOptions, 'services' | 'env'>): Promise<StormTown> {
    town = await startStormTown({
      ...options,
      rateScale: Infinity,
      grouping: { groupBy: ['alertname', 'namespace', 'service'], wait: 1, interval: 2, repeat: 3 },
    });
    return town;
  }
  const until = <T>({ slack }: StormTown, see: () => T | undefined | false): Promise<T> =>
    slack.control.until(see, patienceMs);

  test('fires, repeats and resolves: one thread with one report, which says what became of the alerts', async () => {
    const services = stormServices(3);
    const opened = await open({ services });
    const { alertmanager, slack, channel } = opened;
    const [alert, other] = stormAlerts(6, services.slice(0, 1), Date.now());
    if (alert === undefined || other === undefined) throw new Error('no alerts');
    await alertmanager.post([alert]);
    await until(opened, () => threadsOf(opened).some(isConcluded));
    const [thread] = threadsOf(opened);
    expect(thread?.root.text).toContain('svc-01.shop');
    await alertmanager.post([other]);
    const text = (): string => JSON.stringify(threadsOf(opened)[0]?.root.blocks);
    await until(opened, () => text().includes('SlowRequests'));
    expect(text()).toContain('HighErrorRate');

    const told = await alertmanager.calls();
    await eventually(
      'Alertmanager to say it again',
      async () => ((await alertmanager.calls()) >= told + 2 ? true : undefined),
      patienceMs,
    );
    await alertmanager.post(resolvedAt([alert, other], Date.now()));
    await until(opened, () => text().includes('resolved'));
    expect(threadsOf(opened)).toHaveLength(1);
    expect(slack.control.messages(channel).flatMap(({ notifies = [] }) => notifies)).toEqual([]);
  }, 180_000);

  test('a storm, while each process is killed: a thread a Service, whole and once', async () => {
    const services = stormServices(10);
    const opened = await open({
      services,
      env: { NETCHECK_AUTO_PER_CHANNEL: '1000', NETCHECK_AUTO_PER_MINUTE: '1000' },
    });
    await opened.alertmanager.post(stormAlerts(100, services, Date.now()));
    await until(opened, () => threadsOf(opened).length >= 2);
    await opened.kill('bot');
    await until(opened, () => threadsOf(opened).length >= 4);
    await opened.killRedis();
    await opened.kill('worker');
    await until(opened, () => threadsOf(opened).filter(isConcluded).length === services.length);
    const threads = threadsOf(opened);
    const subjects = threads.map(({ root }) => /svc-\d+/.exec(root.text)?.[0] ?? root.text).sort();
    expect(subjects).toEqual(services.map(({ service }) => service));
    for (const { root, roles } of threads) {
      expect([root.text, roles.length]).toEqual([root.text, new Set(roles).size]);
    }
  }, 240_000);
});
