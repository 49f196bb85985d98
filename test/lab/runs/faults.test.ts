import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { writeSync } from 'node:fs';
import { faults } from '../../../lab/faults/index.ts';
import { canSandbox } from '../../../lab/net/can-sandbox.ts';
import { killAll } from '../../workers/support/lab.ts';
import { eachOnce } from './once.ts';

/** Milliseconds. A lab is built, broken and asked: half a minute, as long again for a fix, and where two take turns. */
const patienceMs = 300_000;
/** Of faults that are neither small nor large, and of two of which neither hides the other. */
const [seed, apartSeed] = [11, 300];

/** Two at once, of which each shows in evidence of its own. */
const together = [
  // The fix of the first is approved, made, and shown to help by the probes that had found the fault.
  { first: 'sidecar', second: 'certificate-expired', seed, fix: true },
  { first: 'dns-loss', second: 'dns-upstream-slow', seed: apartSeed },
  { first: 'syn-loss', second: 'snat-exhaustion', seed: apartSeed },
  { first: 'backlog', second: 'cpu-starvation', seed },
  { first: 'underlay-degraded', second: 'mtu-black-hole', seed },
];
const inPairs = together.flatMap(({ first, second }) => [first, second]);

const alone = faults.map(({ id }) => id).filter((id) => !inPairs.includes(id));
const [longest = '', ...others] = together.map(
  (pair) => `${pair.first} --also ${pair.second}${pair.fix === true ? ' --fix' : ''} --seed ${pair.seed}`,
);
/** Beside the longest go two that ask little of the machine: so far nothing is compiled, and both would be late. */
const light = ['slow-remote', 'idle-timeout'];
const runs = [
  longest,
  ...light.map((id) => `${id} --seed ${seed}`),
  ...others,
  ...alone.filter((id) => !light.includes(id)).map((id) => `${id} --seed ${seed}`),
];

/**
 * The machine's cores are shared: a run that did not get its turn measured the machine, and is repeated, beside those that
 * are left.
 */
jest.retryTimes(2, { logErrorsBeforeRetry: true, retryImmediately: true });

unlessUnfit('every fault, live')('every fault, live', () => {
  const runOf = eachOnce(runs);
  afterAll(killAll);

  test.each(runs)(
    'lab run %s: finds what is broken, and accuses nothing else',
    async (args) => {
      const { code, said } = await runOf(args);
      if (said.includes('cannot be done here')) writeSync(2, `LEFT OUT: ${args}: ${said}\n`);
      else if (code !== 0) throw new Error(`It ended with ${code} and said:\n${said}`);
      if (args.includes('--fix')) {
        expect(said).toMatch(/^Approved by bob at \d\d:\d\d UTC, applied: fixed: 0 of [\d,]+ handshakes/m);
        expect(said).toContain('+        config.linkerd.io/skip-outbound-ports: "8443"');
        expect(said).toMatch(
          /\bpod [\d.]+ % \(\d+\s+of\s+\d+;[^)]*\)\s+→\s+0\s+of\s+[\d,]+,\s+below\s+[\d.]+\s+%/,
        );
      }
    },
    patienceMs,
  );
});

/** Tests with a lab, which are left out, and said to be, where the machine cannot make one. */
function unlessUnfit(name: string): typeof describe | typeof describe.skip {
  const unlessRoot = process.getuid?.() === 0 ? undefined : 'starting programs as other users needs root';
  const why = canSandbox() ?? unlessRoot;
  if (why === undefined) return describe;
  writeSync(2, `LEFT OUT: ${name}: ${why}\n`);
  return describe.skip;
}
