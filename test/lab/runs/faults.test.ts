import { afterAll, test } from '@jest/globals';
import { writeSync } from 'node:fs';
import { faults } from '../../../lab/faults/index.ts';
import { killAll } from '../../workers/support/lab.ts';
import { eachOnce } from './once.ts';
import { patienceMs, unlessUnfit } from './support.ts';

/** `sidecar` has a test of its own, which mends it as well. */
const ids = faults.map(({ id }) => id).filter((id) => id !== 'sidecar');

unlessUnfit('every fault, live')('every fault, live', () => {
  const runOf = eachOnce(ids);
  afterAll(killAll);

  test.each(ids)(
    'finds %s, and accuses nothing else',
    async (id) => {
      const { code, said } = await runOf(id);
      if (said.includes(`${id} cannot be done here`)) writeSync(2, `LEFT OUT: ${said}\n`);
      else if (code !== 0) throw new Error(`It ended with ${code} and said:\n${said}`);
    },
    patienceMs,
  );
});
