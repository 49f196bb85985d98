import type { ChartConfiguration } from 'chart.js/auto';
import { formatValue } from '../../core/format.ts';
import type { Compared, Counted } from '../../core/remediation/outcome.ts';
import { sayCompared } from '../../core/remediation/say-outcome.ts';
import { proportionInterval } from '../../core/statistics/binomial.ts';
import { faint, fixed, headed, ink, letters, paint, palette, useLetters, type Overlay } from './picture.ts';

type Arm = Extract<Compared, { kind: 'attempts' }>;

/** The same probe before a change and after it. */
export interface IntervalsSubject {
  readonly title: string;
  readonly about: string;
  readonly arms: readonly Arm[];
}

const moments = [
  { label: 'before', color: palette[1] },
  { label: 'after', color: palette[0] },
] as const;

/** The arms in which anything went wrong, before or after; undefined where nothing did. */
export function selectIntervals(about: string, compared: readonly Compared[]): IntervalsSubject | undefined {
  const arms = compared
    .filter((one) => one.kind === 'attempts')
    .filter(({ before, after }) => before.failed + after.failed > 0 && before.of > 0 && after.of > 0);
  const title = 'Attempts that failed or were late, before the change and after it';
  return arms.length === 0 ? undefined : { title, about, arms };
}

export function drawIntervals(subject: IntervalsSubject): Buffer {
  const { arms } = subject;
  return paint(configuration(subject), 210 + arms.length * 92, countsOf(arms));
}

/** What the picture shows, in words. */
export function describeIntervals({ title, arms }: IntervalsSubject): string {
  return `Interval chart: ${title}. ${sayCompared(arms).join('; ')}.`.slice(0, 1000);
}

function configuration({ title, about, arms }: IntervalsSubject): ChartConfiguration<'bar'> {
  const bars = moments.map(({ label, color }) => ({
    label,
    data: arms.map((arm): [number, number] => {
      const { low, high } = proportionInterval(arm[label].failed, arm[label].of);
      return [low, high];
    }),
    backgroundColor: `${color}66`,
    borderColor: color,
    borderWidth: 1.5,
    borderSkipped: false,
    barThickness: 22,
  }));
  return {
    type: 'bar',
    data: { labels: arms.map((arm) => [shorten(arm.title), shorten(`from ${arm.from}`)]), datasets: bars },
    options: {
      ...fixed,
      indexAxis: 'y',
      // Room for what is counted, to the right of the bars.
      layout: { padding: { top: 14, right: 240, bottom: 12, left: 14 } },
      plugins: {
        ...headed(title, about, 14),
        legend: {
          position: 'bottom',
          align: 'start',
          labels: { color: ink, font: letters(17), boxWidth: 26 },
        },
      },
      scales: {
        x: {
          beginAtZero: true,
          suggestedMax: 0.05,
          title: { display: true, text: 'share, with its 95 % interval', color: ink, font: letters(16) },
          grid: { color: faint },
          ticks: {
            maxTicksLimit: 6,
            color: ink,
            font: letters(17),
            callback: (value) => formatValue(Number(value), 'percent'),
          },
        },
        y: { grid: { display: false }, ticks: { color: ink, font: letters(17), autoSkip: false } },
      },
    },
  };
}

/** A stroke where the share is, and what was counted beside it. */
function countsOf(arms: readonly Arm[]): Overlay<'bar'> {
  return (context, chart) => {
    useLetters(context, 17, 'middle');
    for (const [which, { label, color }] of moments.entries())
      for (const [index, { [label]: counted }] of arms.entries()) {
        const y = chart.getDatasetMeta(which).data[index]?.y ?? 0;
        const x = chart.scales['x']?.getPixelForValue(counted.failed / counted.of) ?? 0;
        context.fillStyle = color;
        context.fillRect(x - 2.5, y - 12, 5, 24);
        context.fillStyle = ink;
        context.fillText(sayCounted(counted), chart.chartArea.right + 16, y);
      }
  };
}

function sayCounted({ failed, of }: Counted): string {
  const counts = `${formatValue(failed, 'count')} of ${formatValue(of, 'count')}`;
  return failed === 0 ? counts : `${formatValue(failed / of, 'percent')} (${counts})`;
}

function shorten(text: string): string {
  return text.length <= 38 ? text : `${text.slice(0, 37)}…`;
}
