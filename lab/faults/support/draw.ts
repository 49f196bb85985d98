import type { Random } from '../../random.ts';

/** One of these, each as likely. */
export function oneOf<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[random.whole(0, choices.length - 1)] ?? choices[0];
}

/** `3.2 %` */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
