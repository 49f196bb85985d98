import { classify, type Signature } from '../../core/signatures/classify.ts';
import { templates, type Template } from '../../core/signatures/templates.ts';
import { seeded, type Random } from './random.ts';

/** How often one kind of trial got the right answer. */
export interface Row {
  readonly case: string;
  readonly trials: number;
  readonly right: number;
  readonly share: number;
}

/** One draw of durations (seconds), and whether the answer to it was right. */
type Trial = (random: Random) => boolean;
type Draw = () => number;

/**
 * How well latency signatures are told: timers over a round trip of their own, each delay missed by up to 15 %, and what
 * only looks like them. Every case has its own seed: a row does not depend on the others.
 */
export function signatureRows(trials = 10_000): Row[] {
  const cases: readonly (readonly [string, Trial])[] = [
    ...templates.flatMap((template): [string, Trial][] => [
      [`${label(template)}, 5 to 50 events`, (random) => isTold(template, random, random.whole(5, 50))],
      [`${label(template)}, 5 events`, (random) => isTold(template, random, 5)],
      [
        `${label(template)}, 1 to 4 events: none`,
        (random) => isNone(late(template, random, random.whole(1, 4))),
      ],
    ]),
    ...templates
      .filter(({ kernel }) => kernel !== undefined)
      .map((template): [string, Trial] => [
        `${label(template)}, 30 to 50 events: kernel named`,
        (random) => late(template, random, random.whole(30, 50), 0.2).kernel === template.kernel,
      ]),
    ...Object.entries(wholes).map(([name, draw]): [string, Trial] => [
      `${name}: none`,
      (random) => isNone(classify(many(random, draw(random)))),
    ]),
    ...Object.entries(tails).map(([name, draw]): [string, Trial] => [
      `${name}: none`,
      (random) => isNone(classify(withTail(random, draw(random)))),
    ]),
    [
      'failures at any time: none',
      (random) => isNone(classify(many(random, wholes['log-normal'](random)), { failed: true })),
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
function isTold(template: Template, random: Random, events: number): boolean {
  const { name, kernel } = late(template, random, events);
  return name === template.name && (kernel === template.kernel || kernel === 'any');
}

/** So many attempts hit by the timer, each further hit with the same chance, among others that take a round trip. */
function late(template: Template, random: Random, events: number, least = 0.05): Signature {
  const { times, fails = false } = template;
  const again = random.between(least, 0.5);
  const trip = fails ? () => 0 : roundTrip(random, Math.min(0.2, times[0] / 5));
  const delayed = Array.from({ length: events }, () => {
    let hits = 0;
    while (random.happens(again)) hits++;
    // What was hit oftener than the timer counts has failed and is drawn as hit once.
    return trip() + (times[hits] ?? times[0]) * random.between(0.85, 1.15);
  });
  const normal = fails ? 0 : Math.round(random.scaled(Math.max(50, 2 * events), 3000));
  return classify([...Array.from({ length: normal }, trip), ...delayed], { failed: fails });
}

/** A round trip of 1 ms or more, at most of `longest` seconds in the median. */
function roundTrip(random: Random, longest: number): Draw {
  const [median, sigma] = [random.scaled(0.001, longest), random.between(0.05, 0.3)];
  return () => random.logNormal(median, sigma);
}

function many(random: Random, draw: Draw): number[] {
  return Array.from({ length: Math.round(random.scaled(50, 3000)) }, draw);
}

function withTail(random: Random, tail: Draw): number[] {
  const [trip, share] = [roundTrip(random, 0.2), random.scaled(0.005, 0.3)];
  return many(random, () => trip() + (random.happens(share) ? tail() : 0));
}

/** All attempts are of one kind. */
const wholes = {
  'log-normal': (random) => {
    const [median, sigma] = [random.scaled(0.005, 0.5), random.between(0.3, 2)];
    return () => random.logNormal(median, sigma);
  },
  exponential: (random) => {
    const mean = random.scaled(0.005, 0.5);
    return () => random.exponential(mean);
  },
  Pareto: (random) => {
    const [least, exponent] = [random.scaled(0.005, 0.5), random.between(0.8, 3)];
    return () => random.pareto(least, exponent);
  },
  uniform: (random) => {
    const low = random.scaled(0.005, 0.5);
    const high = low * random.between(1.5, 100);
    return () => random.between(low, high);
  },
  'one of two modes, the second 300 ms': (random) => {
    const [share, sigma] = [random.scaled(0.01, 0.5), random.between(0.1, 0.5)];
    const hit = roundTrip(random, 0.05);
    return () => (random.happens(share) ? random.logNormal(0.3, sigma) : hit());
  },
  'one of two modes, the second 0.2 to 3 s and wide': (random) => {
    const [share, miss] = [random.scaled(0.01, 0.5), random.scaled(0.2, 3)];
    const [sigma, hit] = [random.between(0.2, 0.5), roundTrip(random, 0.05)];
    return () => (random.happens(share) ? random.logNormal(miss, sigma) : hit());
  },
} satisfies Record<string, (random: Random) => Draw>;

/** What comes on top of a round trip, for some attempts. */
const tails = {
  'round trip and log-normal tail': (random) => {
    const [median, sigma] = [random.scaled(0.005, 1), random.between(0.3, 2)];
    return () => random.logNormal(median, sigma);
  },
  'round trip and exponential tail': (random) => {
    const mean = random.scaled(0.02, 5);
    return () => random.exponential(mean);
  },
  'round trip and Pareto tail': (random) => {
    const [least, exponent] = [random.scaled(0.005, 0.5), random.between(0.8, 3)];
    return () => random.pareto(least, exponent);
  },
  'round trip and uniform tail': (random) => {
    const most = random.scaled(0.05, 10);
    return () => random.between(0, most);
  },
} satisfies Record<string, (random: Random) => Draw>;
