const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', month: 'long', day: 'numeric' });

const asDate = (ts: string) => new Date(Number(ts) * 1000);

export const clockTime = (ts: string): string => clock.format(asDate(ts));

export const fullTime = (ts: string): string => full.format(asDate(ts));

export const isoTime = (ts: string): string => asDate(ts).toISOString();

export function dayLabel(ts: string, now: Date): string {
  const date = asDate(ts);
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  if (date >= midnight) return 'Today';
  midnight.setDate(midnight.getDate() - 1);
  return date >= midnight ? 'Yesterday' : day.format(date);
}

export const isSameDay = (a: string, b: string): boolean =>
  asDate(a).toDateString() === asDate(b).toDateString();
