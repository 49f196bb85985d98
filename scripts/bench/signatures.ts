import type { Bucket } from '../../core/signatures/cells.ts';
import { classify, classifyBuckets, type Signature } from '../../core/signatures/classify.ts';
import { templates, type Template } from '../../core/signatures/templates.ts';
import { seeded, type Random } from '../../lab/random.ts';

/** How often one kind of trial got the right answer. */
export interface Row {
  readonly case: string;
  readonly trials: number;
  readonly right: number;
  readonly share: number;
}

/** Draws durations (seconds) and says whether the answer to them is right. */
type Trial = (random: Random) => boolean;
type Draw = () => number;

/**
 * How well latency signatures are told: timers over a round trip, each delay missed by up to 15 %, and what only looks
 * like them. Every case has a seed of its own: a row does not depend on the others.
 */
export function signatureRows(trials = 10_000): Row[] {
  const cases: readonly (readonly [string, Trial])[] = [
    ...templates.flatMap((template): [string, Trial][] => {
      const answer = (random: Random, events: number) =>
        classify(late(template, random, events), { failed: template.fails ?? false });
      const name = label(template);
      return [
        [`${name}, 5 to 50 events`, (random) => isTold(template, answer(random, random.whole(5, 50)))],
        [`${name}, 5 events`, (random) => isTold(template, answer(random, 5))],
        [`${name}, 1 to 4 events: none`, (random) => isNone(answer(random, random.whole(1, 4)))],
      ];
    }),
    ...templates
      .filter(({ kernel }) => kernel !== undefined)
      .flatMap((template): [string, Trial][] => [
        [
          `${label(template)}, 30 to 50 events: kernel named`,
          (random) =>
            classify(late(template, random, random.whole(30, 50), { again: 0.2 })).kernel === template.kernel,
        ],
        [
          `${label(template)}, 30 to 50 events in buckets`,
          (random) => {
            // Timers fire late, never early: a bucket begins where one fires.
            const seconds = late(template, random, random.whole(30, 50), { least: 1 });
            return isTold(template, classifyBuckets(inBuckets(seconds)));
          },
        ],
      ]),
    ...Object.entries(innocent).map(([name, draw]): [string, Trial] => [
      `${name}: none`,
      (random) => isNone(classify(draw(random))),
    ]),
    ...Object.entries(innocent)
      // What takes 1 to 2.5 s now and then is the same to a histogram, lost SYN or not.
      .filter(([name]) => name !== 'cache misses of 0.2 to 3 s')
      .map(([name, draw]): [string, Trial] => [
        `${name}, in buckets: none`,
        (random) => isNone(classifyBuckets(inBuckets(draw(random)))),
      ]),
    [
      'failures after any time: none',
      (random) => isNone(classify(innocent['log-normal'](random), { failed: true })),
    ],
  ];
  return cases.map(([name, trial], seed) => {
    const random = seeded(seed + 1);
    let right = 0;
    for (let i = 0; i < trials; i++) if (trial(random)) right++;
    return { case: name, trials, right, share: right / trials };
  });
}

function label({ name, kernel }: Template): string {
  return kernel === undefined ? name : `${name} ${kernel}`;
}

function isNone({ name }: Signature): boolean {
  return name === 'none';
}

/** A kernel that is left open is right, a wrong one is not. */
function isTold(template: Template, { name, kernel }: Signature): boolean {
  return name === template.name && (kernel === template.kernel || kernel === 'any');
}

/** As ingress-nginx counts its connects. */
function inBuckets(seconds: readonly number[]): Bucket[] {
  return [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Infinity].map((le) => ({
    le,
    count: seconds.filter((one) => one <= le).length,
  }));
}

/** So many attempts hit by the timer, and hit again by the same chance each time, among others that take a round trip. */
function late(
  { times, fails }: Template,
  random: Random,
  events: number,
  { again: leastAgain = 0.05, least = 0.85 } = {},
): number[] {
  const again = random.between(leastAgain, 0.5);
  const trip = fails ? () => 0 : roundTrip(random, Math.min(0.2, times[0] / 5));
  const delayed = Array.from({ length: events }, () => {
    let hits = 0;
    while (random.happens(again)) hits++;
    // What was hit oftener than the timer counts is drawn as hit once.
    return trip() + (times[hits] ?? times[0]) * random.between(least, 1.15);
  });
  const normal = fails ? 0 : Math.round(random.scaled(Math.max(50, 2 * events), 3000));
  return [...Array.from({ length: normal }, trip), ...delayed];
}

/** A round trip of 1 ms or more, at most of `longest` seconds in the median. */
function roundTrip(random: Random, longest: number): Draw {
  const [median, sigma] = [random.scaled(0.001, longest), random.between(0.05, 0.3)];
  return () => random.logNormal(median, sigma);
}

/** All attempts are of one kind. */
function many(random: Random, draw: Draw): number[] {
  return Array.from({ length: Math.round(random.scaled(50, 3000)) }, draw);
}

/** Some attempts take longer than their round trip. */
function some(random: Random, most: number, longest: number, tail: Draw): number[] {
  const [trip, share] = [roundTrip(random, longest), random.scaled(0.005, most)];
  return many(random, () => trip() + (random.happens(share) ? tail() : 0));
}

/** What no timer made slow. */
const innocent = {
  'log-normal': (random) => {
    const [median, sigma] = [random.scaled(0.005, 0.5), random.between(0.3, 2)];
    return many(random, () => random.logNormal(median, sigma));
  },
  exponential: (random) => {
    const mean = random.scaled(0.005, 0.5);
    return many(random, () => random.exponential(mean));
  },
  Pareto: (random) => {
    const [least, exponent] = [random.scaled(0.005, 0.5), random.between(0.8, 3)];
    return many(random, () => random.pareto(least, exponent));
  },
  uniform: (random) => {
    const low = random.scaled(0.005, 0.5);
    const high = low * random.between(1.5, 100);
    return many(random, () => random.between(low, high));
  },
  'log-normal tail of round trips': (random) => {
    const [median, sigma] = [random.scaled(0.005, 1), random.between(0.3, 2)];
    return some(random, 0.3, 0.2, () => random.logNormal(median, sigma));
  },
  'exponential tail of round trips': (random) => {
    const mean = random.scaled(0.02, 5);
    return some(random, 0.3, 0.2, () => random.exponential(mean));
  },
  'Pareto tail of round trips': (random) => {
    const [least, exponent] = [random.scaled(0.005, 0.5), random.between(0.8, 3)];
    return some(random, 0.3, 0.2, () => random.pareto(least, exponent));
  },
  'uniform tail of round trips': (random) => {
    const most = random.scaled(0.05, 10);
    return some(random, 0.3, 0.2, () => random.between(0, most));
  },
  'cache misses of 300 ms': (random) => {
    const sigma = random.between(0.1, 0.5);
    return some(random, 0.5, 0.05, () => random.logNormal(0.3, sigma));
  },
  'cache misses of 0.2 to 3 s': (random) => {
    const [miss, sigma] = [random.scaled(0.2, 3), random.between(0.2, 0.5)];
    return some(random, 0.5, 0.05, () => random.logNormal(miss, sigma));
  },
} satisfies Record<string, (random: Random) => number[]>;
