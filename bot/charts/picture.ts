import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { Chart, type ChartConfiguration, type ChartType } from 'chart.js/auto';

const family = 'netcheck sans';
const width = 1000;
/** Slack shows pictures small and opens them large. */
const pixelRatio = 1.5;

/** Okabe and Ito: told apart with any kind of colour vision, dark enough on white. */
export const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b58900', '#56b4e9'] as const;
export const ink = '#1d1c1d';
const paper = '#ffffff';
export const faint = '#e3e3e3';

/** What the picture is of, at its top; `gap` is the room below, in pixels. */
export function headed(title: string, subtitle: string, gap: number) {
  const common = { display: true, align: 'start' } as const;
  return {
    title: {
      ...common,
      text: wrap(title, 74),
      color: ink,
      font: { ...letters(21), weight: 'normal' },
      padding: { bottom: 4 },
    },
    subtitle: {
      ...common,
      text: wrap(subtitle, 90)[0] ?? '',
      color: '#616061',
      font: letters(17),
      padding: { bottom: gap },
    },
  } as const;
}

/** What all pictures are drawn with. */
export const fixed = {
  animation: false,
  responsive: false,
  devicePixelRatio: pixelRatio,
  color: ink,
} as const;

/** Letters of so many pixels. */
export function letters(size: number): { family: string; size: number } {
  return { family, size };
}

/** For what is written over a chart; `line` is the height that is given for a text. */
export function useLetters(context: SKRSContext2D, size: number, line: 'alphabetic' | 'middle'): void {
  context.font = `${size}px "${family}"`;
  context.textAlign = 'left';
  context.textBaseline = line;
}

/** What is drawn over a chart, of which it knows where things are. */
export type Overlay<T extends ChartType> = (context: SKRSContext2D, chart: Chart<T>) => void;

/** A PNG with a white ground of its own: it reads the same in light and dark mode. */
export function paint<T extends ChartType>(
  configuration: ChartConfiguration<T>,
  height: number,
  overlay?: Overlay<T>,
): Buffer {
  useFont();
  const canvas = createCanvas(width, height);
  const chart = new Chart(canvas, configuration);
  const context = canvas.getContext('2d');
  overlay?.(context, chart);
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const png = canvas.toBuffer('image/png');
  chart.destroy();
  return png;
}

let isFontReady = false;

/** From a package: pictures look the same on machines without any fonts. */
function useFont(): void {
  if (isFontReady) return;
  const require = createRequire(import.meta.url);
  const registered = GlobalFonts.registerFromPath(
    require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
    family,
  );
  if (registered === null) throw new Error('the font for charts cannot be read');
  isFontReady = true;
}

/** At most two lines of a text, each as long as its words allow. */
function wrap(text: string, length: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > length) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.slice(0, 2);
}
