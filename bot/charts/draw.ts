import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { Chart, type ChartConfiguration } from 'chart.js/auto';
import { formatValue, type FormatName } from '../../core/format.ts';
import { labelsOf } from './labels.ts';
import type { ChartSubject } from './select.ts';
import { axisTitle, clock, timeTicks } from './time-axis.ts';

const font = 'netcheck sans';
const size = { width: 1000, height: 480 } as const;
/** Slack shows pictures small and opens them large. */
const pixelRatio = 1.5;

/** Okabe and Ito: told apart with any kind of colour vision, dark enough on white. */
const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b58900', '#56b4e9'] as const;
const ink = '#1d1c1d';
const faint = '#e3e3e3';

/** A PNG with a white ground of its own: it reads the same in light and dark mode. */
export function drawChart(subject: ChartSubject): Buffer {
  useFont();
  const canvas = createCanvas(size.width, size.height);
  const chart = new Chart(canvas, configuration(subject));
  const context = canvas.getContext('2d');
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  const png = canvas.toBuffer('image/png');
  chart.destroy();
  return png;
}

/** What the picture shows, in words. */
export function describeChart({ title, series, left, unit, threshold }: ChartSubject): string {
  const names = labelsOf(series);
  const said = series.map(({ points }, index) => {
    const values = points.map(([, value]) => value);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return `${names[index] ?? ''} from ${formatValue(low, unit)} to ${formatValue(high, unit)}`;
  });
  const more = left > 0 ? `; ${left} more not shown` : '';
  const hurts = threshold === undefined ? '' : ` It hurts from ${formatValue(threshold, unit)}.`;
  return `Line chart: ${title}.${hurts} ${said.join('; ')}${more}.`.slice(0, 1000);
}

let isFontReady = false;

/** From a package: pictures look the same on machines without any fonts. */
function useFont(): void {
  if (isFontReady) return;
  const require = createRequire(import.meta.url);
  const registered = GlobalFonts.registerFromPath(
    require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
    font,
  );
  if (registered === null) throw new Error('the font for charts cannot be read');
  isFontReady = true;
}

function configuration(subject: ChartSubject): ChartConfiguration<'line'> {
  const { title, cause, series, left, unit, threshold } = subject;
  const times = series.flatMap(({ points }) => points.map(([at]) => at));
  const from = times.reduce((a, b) => Math.min(a, b), Infinity);
  const to = times.reduce((a, b) => Math.max(a, b), -Infinity);
  const more = left > 0 ? ` (highest ${series.length} of ${series.length + left})` : '';
  const text = (pixels: number) => ({ family: font, size: pixels });
  return {
    type: 'line',
    data: {
      datasets: [
        ...linesOf(subject),
        ...(threshold === undefined ? [] : [thresholdLine(threshold, unit, from, to)]),
      ],
    },
    options: {
      animation: false,
      responsive: false,
      devicePixelRatio: pixelRatio,
      layout: { padding: { top: 14, right: 26, bottom: 12, left: 14 } },
      color: ink,
      plugins: {
        title: {
          display: true,
          align: 'start',
          text: wrap(`${title}${more}`, 74),
          color: ink,
          font: { ...text(21), weight: 'normal' },
          padding: { bottom: 4 },
        },
        subtitle: {
          display: true,
          align: 'start',
          text: wrap(cause, 90)[0] ?? '',
          color: '#616061',
          font: text(17),
          padding: { bottom: 14 },
        },
        legend: {
          display: series.length > 1 || threshold !== undefined,
          position: 'bottom',
          align: 'start',
          labels: {
            color: ink,
            font: text(17),
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
          title: { display: true, text: axisTitle(from, to), color: ink, font: text(16) },
          grid: { color: faint },
          afterBuildTicks: (axis) => {
            axis.ticks = timeTicks(from, to).map((value) => ({ value }));
          },
          ticks: {
            autoSkip: false,
            maxRotation: 0,
            color: ink,
            font: text(17),
            callback: (value) => clock(Number(value)),
          },
        },
        y: {
          beginAtZero: true,
          grace: '5%',
          title: { display: true, text: unitNames[unit], color: ink, font: text(16) },
          grid: { color: faint },
          ticks: {
            maxTicksLimit: 6,
            color: ink,
            font: text(17),
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

function wrap(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.slice(0, 2);
}
