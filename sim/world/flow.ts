import { fraction } from './names.ts';

/** How many events happened until `t` (seconds since the world began, the past is negative). Never decreases. */
export type Flow = (t: number) => number;

/** A stretch of time; the end is asked for, because healing moves it. */
export interface Window {
  readonly from: number;
  readonly to: () => number;
}

/** Counters of a live cluster do not begin at zero: everything has been up for six days. */
const uptimeSeconds = 6 * 24 * 3600;

export const none: Flow = () => 0;

/** Events at `rate` per second, give or take 12 %, the sway chosen by `seed`. */
export function steady(rate: number, seed: string): Flow {
  const waves = [0.05, 0.04, 0.03].map((amplitude, i) => ({
    amplitude,
    frequency: (2 * Math.PI) / (90 + 600 * fraction(`${seed}/period/${i}`)),
    phase: 2 * Math.PI * fraction(`${seed}/phase/${i}`),
  }));
  return (t) => {
    let seconds = uptimeSeconds + t;
    for (const { amplitude, frequency, phase } of waves) {
      seconds += (amplitude / frequency) * (Math.sin(frequency * t + phase) - 1);
    }
    return rate * seconds;
  };
}

export function share(flow: Flow, part: number): Flow {
  return (t) => flow(t) * part;
}

export function sum(flows: readonly Flow[]): Flow {
  return (t) => flows.reduce((total, flow) => total + flow(t), 0);
}

/** Only what happens within the window. */
export function during(flow: Flow, { from, to }: Window): Flow {
  return (t) => flow(Math.max(from, Math.min(t, to()))) - flow(from);
}

/** Everything but what happens within the window. */
export function outside(flow: Flow, window: Window): Flow {
  const inside = during(flow, window);
  return (t) => flow(t) - inside(t);
}

/** `total` events spread evenly over `seconds` from `start` on. */
export function burst(start: number, seconds: number, total: number): Flow {
  return (t) => total * Math.max(0, Math.min(1, (t - start) / seconds));
}

export function isWithin(t: number, { from, to }: Window): boolean {
  return t >= from && t < to();
}

/** A gauge that sways around a middle by at most `part` of it. */
export function swaying(middle: number, part: number, seed: string): (t: number) => number {
  const period = 120 + 480 * fraction(`${seed}/period`);
  const phase = 2 * Math.PI * fraction(`${seed}/phase`);
  return (t) => middle * (1 + part * Math.sin((2 * Math.PI * t) / period + phase));
}
