import { decide } from '../../core/decide.ts';
import type { Attempt, Evidence, Observation } from '../../core/evidence.ts';
import { judge } from '../../core/judge.ts';
import { nextStep } from '../../core/next-step.ts';
import { plan } from '../../core/plan.ts';
import { parseCause, type Cause } from '../../core/playbook/cause.ts';
import type { Placement } from '../../core/probes.ts';
import { falseAccusation, falseElimination } from '../../core/statistics/binomial.ts';
import { seeded, type Random } from '../../lab/random.ts';

/** How often a verdict was wrong where the truth is known. */
export interface ErrorRow {
  readonly rule: string;
  /** The rate of failures that is true. */
  readonly rate: number;
  readonly attempts: number;
  readonly trials: number;
  readonly wrong: number;
  readonly declared: number;
}

const rates = [0.001, 0.01, 0.05, 0.49];
const sizes = [20, 100, 300, 1000, 3000];

/** One rule in a world where its verdict would be wrong; the verdict is that of the whole engine. */
interface Setting {
  readonly rule: string;
  readonly declared: number;
  /** Whether one draw of this world fools it. */
  readonly fooled: (random: Random, rate: number, attempts: number) => boolean;
}

/** How often verdicts are wrong: `trials` draws for each rule, rate and number of attempts. */
export function errorRows(trials = 10_000): ErrorRow[] {
  return settings.flatMap(({ rule, declared, fooled }, index) =>
    rates.flatMap((rate) =>
      sizes.map((attempts) => {
        const random = seeded(1000 * index + 10 * rates.indexOf(rate) + sizes.indexOf(attempts));
        let wrong = 0;
        for (let trial = 0; trial < trials; trial++) if (fooled(random, rate, attempts)) wrong++;
        return { rule, rate, attempts, trials, wrong, declared };
      }),
    ),
  );
}

const settings: readonly Setting[] = [
  {
    rule: 'rarer(failed, attempts, rate) rules the rate out that is there',
    declared: falseElimination,
    fooled: (random, rate, attempts) =>
      verdict('eliminated', `rarer(a.sum, b.sum, ${decimal(rate)})`, [
        draw(random, attempts, rate),
        attempts,
      ]),
  },
  {
    rule: 'commoner(failed, attempts, rate) accuses at the rate itself',
    declared: falseAccusation,
    fooled: (random, rate, attempts) =>
      verdict('confirmed', `commoner(a.sum, b.sum, ${decimal(rate)})`, [
        draw(random, attempts, rate),
        attempts,
      ]),
  },
  {
    rule: 'worse(…) accuses an arm that fails as often',
    declared: falseAccusation,
    fooled: (random, rate, attempts) =>
      verdict('confirmed', 'worse(a.sum, b.sum, c.sum, d.sum)', twoArms(random, attempts, rate, rate)),
  },
  {
    rule: 'no_worse(…, 2.0) clears an arm that fails twice as often',
    declared: falseElimination,
    fooled: (random, rate, attempts) =>
      verdict(
        'eliminated',
        'no_worse(a.sum, b.sum, c.sum, d.sum, 2.0)',
        twoArms(random, attempts, 2 * rate, rate),
      ),
  },
  {
    rule: 'alike(…, 2.0) finds arms alike of which one fails twice as often',
    declared: falseElimination,
    fooled: (random, rate, attempts) =>
      verdict(
        'eliminated',
        'alike(a.sum, b.sum, c.sum, d.sum, 2.0)',
        twoArms(random, attempts, rate, 2 * rate),
      ),
  },
  {
    rule: 'worst("node") of 10 nodes that fail alike names one',
    declared: falseAccusation,
    fooled: (random, rate, attempts) => {
      const groups = Array.from({ length: 10 }, () => draw(random, attempts, rate));
      // Which node it is does not matter, so worlds that differ in order are one.
      return fromGroups(
        groups.sort((a, b) => a - b),
        attempts,
      );
    },
  },
  {
    rule: 'settled(…) calls a faulty rate healthy, told from a tenth of it',
    declared: falseElimination,
    fooled: (random, rate, attempts) =>
      verdict('eliminated', `settled(a.sum, b.sum, ${decimal(rate / 10)}, ${decimal(rate)}) == "healthy"`, [
        draw(random, attempts, rate),
        attempts,
      ]),
  },
  {
    rule: 'settled(…) calls a healthy rate faulty, told from twice of it',
    declared: falseAccusation,
    fooled: (random, rate, attempts) =>
      verdict('confirmed', `settled(a.sum, b.sum, ${decimal(rate)}, ${decimal(2 * rate)}) == "faulty"`, [
        draw(random, attempts, rate),
        attempts,
      ]),
  },
  {
    rule: 'rarer(…) of a probe that the planner lets go on to 3,000 attempts',
    declared: falseElimination,
    fooled: (random, rate, attempts) => probed('eliminated', random, rate, attempts),
  },
  {
    rule: 'worse(…) of a probe that the planner lets go on to 3,000 attempts',
    declared: falseAccusation,
    fooled: (random, rate, attempts) => probed('confirmed', random, rate, attempts),
  },
];

/** CEL knows no exponents without a point. */
function decimal(rate: number): string {
  return rate.toFixed(6);
}

function twoArms(random: Random, attempts: number, a: number, b: number): number[] {
  return [draw(random, attempts, a), attempts, draw(random, attempts, b), attempts];
}

const distributions = new Map<string, Float64Array>();

/** How many of `attempts` fail, each with the chance `rate`. */
function draw(random: Random, attempts: number, rate: number): number {
  const key = `${attempts} ${rate}`;
  const cumulative = distributions.get(key) ?? binomial(attempts, Math.min(rate, 1));
  distributions.set(key, cumulative);
  const chance = random.between(0, 1);
  let [low, high] = [0, attempts];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 1) >= chance) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The chance of at most k failures, for each k; its own sum, so that the engine's is checked against another. */
function binomial(attempts: number, rate: number): Float64Array {
  const cumulative = new Float64Array(attempts + 1);
  let log = attempts * Math.log1p(-rate);
  let sum = 0;
  for (let k = 0; k <= attempts; k++) {
    sum += Math.exp(log);
    cumulative[k] = sum;
    log += Math.log((attempts - k) / (k + 1)) + Math.log(rate) - Math.log1p(-rate);
  }
  return cumulative;
}

const context = plan([], {
  target: { namespace: 'shop', service: 'checkout', pods: [], nodes: [], gaps: [] },
  window: { from: 0, to: 1800 },
}).context;

const causes = new Map<string, Cause>();
const verdicts = new Map<string, boolean>();

/** The same evidence gets the same verdict, so each is decided once. */
function once(key: string, decideIt: () => boolean): boolean {
  const known = verdicts.get(key) ?? decideIt();
  verdicts.set(key, known);
  return known;
}

function verdict(status: 'eliminated' | 'confirmed', rule: string, values: readonly number[]): boolean {
  return once(`${status} ${rule} ${values.join(' ')}`, () => {
    const observations = new Map(values.map((value, i) => ['abcd'.charAt(i), metric([value])]));
    return decide(causeWith(status, rule, values.length), observations, context).status === status;
  });
}

function fromGroups(groups: readonly number[], attempts: number): boolean {
  return once(`worst ${groups.join(' ')} ${attempts}`, () => {
    const observations = new Map([
      ['a', metric(groups)],
      ['b', metric(groups.map(() => attempts))],
    ]);
    return (
      decide(causeWith('confirmed', 'a.worst(b, "node").found', 2), observations, context).status ===
      'confirmed'
    );
  });
}

function metric(values: readonly number[]): Observation {
  const series = values.map((value, node) => ({
    labels: { node: String(node) },
    points: [[1800, value] satisfies [number, number]],
  }));
  return { status: 'observed', samples: values.length, series };
}

function causeWith(status: 'eliminated' | 'confirmed', rule: string, looks: number): Cause {
  const evidence = Array.from({ length: looks }, (_, i) => 'abcd'.charAt(i)).map(
    (name) => `### \`${name}\` ${name}\n\n\`\`\`promql\n${name}\n\`\`\``,
  );
  return causeOf(status, rule, evidence.join('\n\n'));
}

function causeOf(status: 'eliminated' | 'confirmed', rule: string, evidence: string): Cause {
  const never = '"" == "x"';
  const source = [
    '---\nid: bench\ntitle: Bench\n---',
    `## Evidence\n\n${evidence}`,
    `## Eliminated when\n\n\`\`\`cel\n${status === 'eliminated' ? rule : never}\n\`\`\`\n\nIt is not.`,
    `## Confirmed when\n\n\`\`\`cel\n${status === 'confirmed' ? rule : never}\n\`\`\`\n\nIt is.`,
    '## Otherwise\n\nNobody knows.',
  ].join('\n\n');
  const known = causes.get(source);
  if (known !== undefined) return known;
  const parsed = parseCause(source, 'causes/bench.md', { cases: 'skip' });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  causes.set(source, parsed.cause);
  return parsed.cause;
}

/** A whole investigation with one probe of two arms, which fail alike: the planner says how often it is asked. */
function probed(status: 'eliminated' | 'confirmed', random: Random, rate: number, attempts: number): boolean {
  const arms = '(p.from("pod").failed, p.from("pod").count';
  const rule =
    status === 'eliminated'
      ? `rarer${arms}, ${decimal(rate)})`
      : `worse${arms}, p.from("node").failed, p.from("node").count) && !rarer${arms}, ${decimal(rate / 10)})`;
  const from = status === 'eliminated' ? 'pod' : 'pod, node';
  const probe = `### \`p\` P\n\n\`\`\`yaml probe\nprobe: tls\nto: a.example:443\nfrom: [${from}]\nattempts: ${attempts}\nup_to: 3000\n\`\`\``;
  const planned = plan([causeOf(status, rule, probe)], {
    target: { namespace: 'shop', service: 'checkout', pods: [], nodes: [], gaps: [] },
    window: { from: 0, to: 1800 },
  });
  const evidence = new Map<string, Evidence>();
  let seen = `${status} ${rate} ${attempts}`;
  for (;;) {
    const step = stepAfter(seen, () => nextStep(planned, evidence));
    if (step.kind === 'done') break;
    for (const request of step.requests) {
      if (request.source !== 'probe') continue;
      const failed = request.from.map((arm) => [arm, draw(random, request.attempts, rate)] as const);
      seen += ` ${failed.join(' ')}`;
      const observation = () => attemptsOf(failed, request.attempts, request.first);
      evidence.set(request.id, { request, tookMs: 0, observation: observation() });
    }
  }
  return once(`probed ${seen}`, () => {
    const [hypothesis] = planned.hypotheses;
    return hypothesis !== undefined && judge(hypothesis, planned, evidence).verdict.status === status;
  });
}

const steps = new Map<string, ReturnType<typeof nextStep>>();

function stepAfter(seen: string, step: () => ReturnType<typeof nextStep>): ReturnType<typeof nextStep> {
  const known = steps.get(seen) ?? step();
  steps.set(seen, known);
  return known;
}

const observations = new Map<string, Observation>();

function attemptsOf(
  arms: readonly (readonly [Placement, number])[],
  count: number,
  first: number,
): Observation {
  const key = `${arms.join(' ')} ${count} ${first}`;
  const known = observations.get(key);
  if (known !== undefined) return known;
  const attempts = arms.flatMap(([from, failed]) =>
    Array.from({ length: count }, (_, i): Attempt => ({
      n: first + i,
      from,
      to: 'a',
      ok: i >= failed,
      seconds: 0.01,
    })),
  );
  const made: Observation = { status: 'observed', samples: attempts.length, attempts };
  observations.set(key, made);
  return made;
}
