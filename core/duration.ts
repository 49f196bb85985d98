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
