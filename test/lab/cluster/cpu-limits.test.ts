import { expect, test } from '@jest/globals';
import type { Cgroups, CpuStat } from '../../../lab/cgroups.ts';
import { cpuLimits } from '../../../lab/cluster/cpu-limits.ts';
import type { Pod } from '../../../sim/cluster/objects/kinds.ts';

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'checkout-1', namespace: 'shop', uid: 'u1' },
  spec: { containers: [] },
};
const limited = { name: 'app', resources: { limits: { cpu: '250m' } } };
const stat: CpuStat = { periods: 10, throttledPeriods: 4, throttledSeconds: 0.3 };

/** Groups as text: what was written where. */
function groupsOnPaper(): Cgroups & { readonly written: string[] } {
  const written: string[] = [];
  return {
    written,
    group: (name) => ({
      enter: ['into', name],
      processes: () => [],
      limit: (cores) => void written.push(`${name}: ${String(cores)}`),
      stat: () => stat,
    }),
    close: () => undefined,
  };
}

test('a container with a limit starts within it, and is counted', () => {
  const groups = groupsOnPaper();
  const limits = cpuLimits(groups);
  expect(limits.statOf(pod, limited)).toBeUndefined();
  expect(limits.enter(pod, limited)).toEqual(['into', 'u1-app']);
  expect(groups.written).toEqual(['u1-app: 0.25']);
  expect(limits.statOf(pod, limited)).toEqual(stat);
});

test.each([
  { what: 'a container without a limit', groups: groupsOnPaper(), container: { name: 'app' } },
  { what: 'a machine without cgroups', groups: undefined, container: limited },
])('$what is neither limited nor counted', ({ groups, container }) => {
  const limits = cpuLimits(groups);
  expect(limits.enter(pod, container)).toEqual([]);
  expect(limits.statOf(pod, container)).toBeUndefined();
});
