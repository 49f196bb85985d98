import type { Labels, Series } from './series.ts';

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function nameWithLabels(name: string, labels: Labels): string {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `${label}="${escapeLabel(value)}"`);
  return `${name}{${pairs.join(',')}}`;
}

/** The Prometheus text format 0.0.4, as an exporter answers it at `t`. */
export function expositionAt(series: readonly Series[], t: number): string {
  const families = Map.groupBy(series, ({ family }) => family);
  const lines: string[] = [];
  for (const [family, members] of families) {
    const [first] = members;
    if (first !== undefined) {
      lines.push(`# HELP ${family} ${first.help}`, `# TYPE ${family} ${first.type}`);
    }
    for (const member of members) {
      const value = member.at(t);
      if (value !== undefined) {
        lines.push(`${nameWithLabels(member.name, member.labels)} ${value}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

interface Past {
  /** Unix time of t = 0, in whole seconds. */
  readonly startedAt: number;
  readonly seconds: number;
  /** Between the samples of the last half hour; twice as much before. */
  readonly stepSeconds: number;
}

const recentSeconds = 1800;

/** A state that stays the same needs no more than one sample a minute: Prometheus looks back five minutes. */
const restingStepSeconds = 60;

/**
 * OpenMetrics with timestamps, for `promtool tsdb create-blocks-from openmetrics`; a chunk of text per series. No TYPE
 * lines: blocks do not keep them, and OpenMetrics would forbid names such as `nginx_ingress_controller_requests`.
 */
export function* openMetricsHistory(series: readonly Series[], past: Past): Generator<string> {
  const times = sampleTimes(past);
  for (const { name, labels, type, at } of series) {
    const prefix = nameWithLabels(name, labels);
    const resting = type === 'gauge' && !name.includes('_stat_');
    let text = '';
    let written: { readonly value: number; readonly t: number } | undefined;
    for (const t of times) {
      const value = at(t);
      if (value === undefined) {
        written = undefined;
        continue;
      }
      const rests = resting && written?.value === value && t - written.t < restingStepSeconds && t < 0;
      if (!rests) {
        text += `${prefix} ${value} ${past.startedAt + t}\n`;
        written = { value, t };
      }
    }
    yield text;
  }
  yield '# EOF\n';
}

function sampleTimes({ seconds, stepSeconds }: Past): number[] {
  const times: number[] = [];
  for (let t = -seconds; t <= 0; t += t < -recentSeconds ? 2 * stepSeconds : stepSeconds) {
    times.push(t);
  }
  return times;
}
