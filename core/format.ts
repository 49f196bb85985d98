/** What a rule or a hole in a sentence evaluates to. */
export type CelValue = string | number | boolean;

/** How a number is said: the unit it is in, rounded as a person would. */
export const formatNames = ['text', 'count', 'number', 'percent', 'seconds', 'rate', 'bytes'] as const;
export type FormatName = (typeof formatNames)[number];

export function isFormatName(text: string): text is FormatName {
  return (formatNames as readonly string[]).includes(text);
}

/** `percent` takes a share (0–1), `seconds` seconds, `rate` events per second, `bytes` bytes. */
export function formatValue(value: CelValue, format: FormatName): string {
  if (typeof value !== 'number') return String(value);
  if (Number.isNaN(value)) return '(unknown)';
  switch (format) {
    case 'text':
    case 'number':
      return significant(value);
    case 'count':
      return group(Math.round(value));
    case 'percent':
      return formatPercent(value * 100);
    case 'seconds':
      return formatSeconds(value);
    case 'rate':
      return `${significant(value)}/s`;
    case 'bytes':
      return formatBytes(value);
  }
}

/** Three significant digits, no exponent, thousands grouped. */
function significant(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size >= 100) return group(Math.round(value));
  if (size < 0.001) return value > 0 ? '< 0.001' : '> -0.001';
  return String(Number(value.toPrecision(size >= 10 ? 3 : 2)));
}

function formatPercent(percent: number): string {
  if (percent > 0 && percent < 0.01) return '< 0.01 %';
  if (percent > 99.95 && percent < 100) return '> 99.9 %';
  if (percent === 0 || percent === 100) return `${percent} %`;
  return `${Number(percent.toPrecision(percent >= 10 ? 3 : 2))} %`;
}

function formatSeconds(seconds: number): string {
  if (seconds === 0) return '0 s';
  if (Math.abs(seconds) < 0.000_95) return `${significant(seconds * 1e6)} µs`;
  if (Math.abs(seconds) < 0.95) return `${significant(seconds * 1000)} ms`;
  if (Math.abs(seconds) < 120) return `${significant(seconds)} s`;
  if (Math.abs(seconds) < 7200) return `${significant(seconds / 60)} min`;
  return `${significant(seconds / 3600)} h`;
}

function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power =
    Math.abs(bytes) < 1 ? 0 : Math.min(Math.floor(Math.log10(Math.abs(bytes)) / 3), units.length - 1);
  return `${significant(bytes / 1000 ** power)} ${units[power] ?? 'B'}`;
}

/** 12345 → `12,345`, whatever the locale of the machine. */
function group(integer: number): string {
  return String(integer).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
