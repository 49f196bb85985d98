import type { ChartConfiguration } from 'chart.js/auto';
import { formatValue, type FormatName } from '../../core/format.ts';
import { changedLine } from './changed-line.ts';
import { labelsOf } from './labels.ts';
import { faint, fixed, headed, ink, letters, paint, palette } from './picture.ts';
import { sayChange, sayRange } from './ranges.ts';
import type { ChartSubject } from './select.ts';
import { axisTitle, clock, timeTicks } from './time-axis.ts';

const height = 480;

export function drawChart(subject: ChartSubject): Buffer {
  const { changedAt } = subject;
  return paint(configuration(subject), height, changedAt === undefined ? undefined : changedLine(changedAt));
}

/** What the picture shows, in words. */
export function describeChart({ title, series, left, unit, threshold, changedAt }: ChartSubject): string {
  const names = labelsOf(series);
  const said = series.map(({ points }, index) => {
    const range = changedAt === undefined ? sayRange(points, unit) : sayChange(points, unit, changedAt);
    return `${names[index] ?? ''} ${range}`;
  });
  const more = left > 0 ? `; ${left} more not shown` : '';
  const changed = changedAt === undefined ? '' : ` Changed at ${clock(changedAt)} UTC.`;
  const hurts = threshold === undefined ? '' : ` It hurts from ${formatValue(threshold, unit)}.`;
  return `Line chart: ${title}.${changed}${hurts} ${said.join('; ')}${more}.`.slice(0, 1000);
}

function configuration(subject: ChartSubject): ChartConfiguration<'line'> {
  const { title, about, series, left, unit, threshold, changedAt } = subject;
  const times = series.flatMap(({ points }) => points.map(([at]) => at));
  const from = times.reduce((a, b) => Math.min(a, b), Infinity);
  const to = times.reduce((a, b) => Math.max(a, b), -Infinity);
  const more = left > 0 ? ` (highest ${series.length} of ${series.length + left})` : '';
  return {
    type: 'line',
    data: {
      datasets: [
        ...linesOf(subject),
        ...(threshold === undefined ? [] : [thresholdLine(threshold, unit, from, to)]),
      ],
    },
    options: {
      ...fixed,
      layout: { padding: { top: 14, right: 26, bottom: 12, left: 14 } },
      plugins: {
        ...headed(`${title}${more}`, about, changedAt === undefined ? 14 : 34),
        legend: {
          display: series.length > 1 || threshold !== undefined,
          position: 'bottom',
          align: 'start',
          labels: {
            color: ink,
            font: letters(17),
            usePointStyle: true,
            pointStyle: 'line',
            pointStyleWidth: 34,
          },
        },
      },
      scales: {
        x: {
          type: 'linear',
          min: from,
          max: to,
          title: { display: true, text: axisTitle(from, to), color: ink, font: letters(16) },
          grid: { color: faint },
          afterBuildTicks: (axis) => {
            axis.ticks = timeTicks(from, to).map((value) => ({ value }));
          },
          ticks: {
            autoSkip: false,
            maxRotation: 0,
            color: ink,
            font: letters(17),
            callback: (value) => clock(Number(value)),
          },
        },
        y: {
          beginAtZero: true,
          grace: '5%',
          title: { display: true, text: unitNames[unit], color: ink, font: letters(16) },
          grid: { color: faint },
          ticks: {
            maxTicksLimit: 6,
            color: ink,
            font: letters(17),
            callback: (value) => formatValue(Number(value), unit),
          },
        },
      },
    },
  };
}

type Line = ChartConfiguration<'line'>['data']['datasets'][number];

function linesOf({ series, step }: ChartSubject): Line[] {
  const names = labelsOf(series);
  return series.map(({ points }, index) => ({
    label: names[index] ?? '',
    data: points.map(([x, y]) => ({ x, y })),
    borderColor: palette[index % palette.length] ?? ink,
    backgroundColor: palette[index % palette.length] ?? ink,
    borderWidth: index === 0 ? 3.5 : 2.25,
    pointRadius: 0,
    // Where nothing was measured nothing is drawn.
    spanGaps: step * 2,
    order: index,
  }));
}

function thresholdLine(threshold: number, unit: FormatName, from: number, to: number): Line {
  return {
    label: `hurts from ${formatValue(threshold, unit)}`,
    data: [from, to].map((x) => ({ x, y: threshold })),
    borderColor: ink,
    backgroundColor: ink,
    borderDash: [8, 6],
    borderWidth: 2,
    pointRadius: 0,
    order: -1,
  };
}

const unitNames: Readonly<Record<FormatName, string>> = {
  percent: 'share',
  rate: 'per second',
  seconds: 'time taken',
  bytes: 'bytes',
  count: 'count',
  number: 'value',
  text: 'value',
};
