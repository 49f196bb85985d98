import { gauge, type Labels, type Series } from '../series.ts';
import { swaying } from '../flow.ts';

/** What Prometheus itself notes of every target that it scrapes. */
export function targetSeries(target: Labels): Series[] {
  const { job = '', instance = '' } = target;
  return [
    gauge({ name: 'up', help: 'Whether the last scrape succeeded', labels: target }, () => 1),
    gauge(
      { name: 'scrape_duration_seconds', help: 'How long the last scrape took', labels: target },
      swaying(0.012, 0.2, `${job}/${instance}`),
    ),
  ];
}
