import { clockTime, fullTime, isoTime } from './time.ts';

export function Timestamp({ ts }: { readonly ts: string }) {
  return (
    <time className="timestamp" dateTime={isoTime(ts)} title={fullTime(ts)}>
      {clockTime(ts)}
    </time>
  );
}
