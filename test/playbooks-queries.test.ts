import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Report } from '../core/report.ts';
import { startPrometheus } from '../sim/world/prometheus.ts';
import { modelOf } from '../sim/world/world.ts';
import { judgeService } from './support/world-verdicts.ts';

const minute = 60;

describe('a Prometheus that scrapes once a minute', () => {
  const startedAt = Math.floor(Date.now() / 1000);
  const { plan, series } = modelOf('production', startedAt);
  let prometheus: Awaited<ReturnType<typeof startPrometheus>>;

  beforeAll(async () => {
    prometheus = await startPrometheus({ targets: [], history: minutely() });
  });
  afterAll(() => prometheus.close());

  test('a rollout without drain is confirmed, not eliminated for want of samples', async () => {
    const { status, reason } = await judge('profile', 'rollout-without-drain');
    expect({ status, reason }).toEqual({ status: 'confirmed', reason: expect.stringContaining('preStop') });
  });

  test('endpoints that were missing for twelve minutes and are back are not eliminated', async () => {
    const { status, reason } = await judge('catalog', 'no-ready-endpoints');
    expect(status).toBe('standing');
    expect(reason).toMatch(
      /^\d+ endpoints are ready now, none in some minute; [\d,]+ of [\d,]+ requests in 30 min/,
    );
  });

  test('endpoints that were there all the time are eliminated', async () => {
    const { status, reason } = await judge('payments', 'no-ready-endpoints');
    expect(status).toBe('eliminated');
    expect(reason).toContain('in no minute of 30 min');
  });

  async function judge(name: string, cause: string): Promise<Report['hypotheses'][number]> {
    const service = plan.services.find((one) => one.name === name);
    if (service === undefined) throw new Error(`There is no service ${name}`);
    const { hypotheses } = await judgeService(prometheus.url, plan, service);
    const found = hypotheses.find((one) => one.cause === cause);
    if (found === undefined) throw new Error(`Nobody judged ${cause}`);
    return found;
  }

  /** The hour before the world began; catalog had no endpoints, and answered 503, from 20 to 8 minutes before its end. */
  function* minutely(): Generator<string> {
    const outage = { from: -20 * minute, to: -8 * minute };
    let answered: string | undefined;
    for (const { name, labels, at } of series) {
      if (!/^(kube_|nginx_)/.test(name)) continue;
      const ofCatalog = labels['namespace'] === 'shop' && labels['endpointslice']?.startsWith('catalog-');
      const isMissing = (t: number): boolean =>
        ofCatalog === true && name === 'kube_endpointslice_endpoints' && t >= outage.from && t < outage.to;
      const pairs = (of: typeof labels): string =>
        Object.entries(of)
          .map(([label, value]) => `${label}="${value}"`)
          .join(',');
      yield lines(`${name}{${pairs(labels)}}`, (t) => (isMissing(t) ? undefined : at(t)));
      if (name === 'nginx_ingress_controller_requests' && labels['service'] === 'catalog') {
        answered ??= `${name}{${pairs({ ...labels, status: '503' })}}`;
      }
    }
    if (answered === undefined) throw new Error('Nobody asks catalog');
    yield lines(answered, (t) => 10 * Math.min(Math.max(t - outage.from, 0), outage.to - outage.from));
    yield '# EOF\n';
  }

  function lines(series: string, at: (t: number) => number | undefined): string {
    let text = '';
    for (let t = -60 * minute; t <= 0; t += minute) {
      const value = at(t);
      if (value !== undefined) text += `${series} ${value} ${startedAt + t}\n`;
    }
    return text;
  }
});
