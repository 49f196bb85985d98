import { scaleRows } from './scale.ts';
import { signatureRows } from './signatures.ts';
import { errorRows, type ErrorRow } from './verdicts.ts';

/** `npm run bench -- reasoning [trials]`: how often verdicts and signatures are wrong, and what deciding costs. */
export function benchReasoning(trials: number): boolean {
  const errors = errorRows(trials);
  print(`How often verdicts are wrong where the truth is known; ${trials} trials each, in per cent`);
  for (const rows of Object.values(Object.groupBy(errors, ({ rule }) => rule))) printErrors(rows ?? []);

  const signatures = signatureRows(trials);
  print(`\nHow often latency signatures are told right; ${trials} trials each`);
  for (const row of signatures) print(`${row.case.padEnd(66)} ${percent(row.share, 2)}`);

  const scale = scaleRows();
  print('\nDeciding, in milliseconds (medians)');
  for (const { hypotheses, evidence, ms } of scale)
    print(
      `${String(hypotheses).padStart(6)} hypotheses × ${String(evidence).padStart(6)} pieces of evidence ${ms.toFixed(1).padStart(8)}   ${((1000 * ms) / hypotheses).toFixed(1)} µs a hypothesis`,
    );

  const failures = [
    ...errors.filter(({ wrong, trials: of, declared }) => wrong > most(of, declared)).map(({ rule }) => rule),
    ...signatures.filter(({ share }) => share < 0.99).map((row) => row.case),
    ...scale
      .filter(({ hypotheses, ms }) => hypotheses === 1000 && ms >= 100)
      .map(() => 'deciding 1,000 hypotheses'),
  ];
  for (const failure of new Set(failures)) print(`✗ ${failure}`);
  return failures.length === 0;
}

/** As many wrong ones as chance allows (three standard deviations) where the declared rate is the true one. */
function most(trials: number, declared: number): number {
  return trials * declared + 3 * Math.sqrt(trials * declared * (1 - declared));
}

function printErrors(rows: readonly ErrorRow[]): void {
  const [first] = rows;
  if (first === undefined) return;
  const sizes = [...new Set(rows.map(({ attempts }) => attempts))];
  print(`\n${first.rule}: at most ${percent(first.declared, 0).trim()}`);
  print(`  rate    ${sizes.map((size) => `${size}`.padStart(8)).join('')} attempts`);
  for (const same of Object.values(Object.groupBy(rows, ({ rate }) => rate))) {
    const [one] = same ?? [];
    const shares = (same ?? []).map(({ wrong, trials }) => percent(wrong / trials, 2).padStart(8));
    print(`  ${percent(one?.rate ?? 0, 1)} ${shares.join('')}`);
  }
}

function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)} %`.padStart(7);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
