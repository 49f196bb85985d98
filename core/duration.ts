const secondsPer = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
type Unit = keyof typeof secondsPer;

/** `90s`, `30m`, `2h`, `1d` → seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * secondsPer[match[2] as Unit];
}

/** Seconds as PromQL writes them, in the largest unit that divides them: 1800 → `30m`. */
export function formatDuration(seconds: number): string {
  for (const unit of ['d', 'h', 'm'] as const) {
    if (seconds >= secondsPer[unit] && seconds % secondsPer[unit] === 0) {
      return `${seconds / secondsPer[unit]}${unit}`;
    }
  }
  return `${Math.round(seconds)}s`;
}

/** Seconds as a person says them: 1800 → `30 min`, 7200 → `2 h`, 90 → `90 s`. */
export function sayDuration(seconds: number): string {
  const spoken = { d: 'd', h: 'h', m: 'min', s: 's' } as const;
  const text = formatDuration(seconds);
  const unit = text.slice(-1) as Unit;
  return `${text.slice(0, -1)} ${spoken[unit]}`;
}

/** Milliseconds as a person says them: `2.1 s`, `1 min 5 s`. */
export function sayElapsed(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `14:05 UTC`; unix milliseconds. */
export function sayTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
