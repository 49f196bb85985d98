import { expect, test } from '@jest/globals';
import { cureFor } from '../../core/cure.ts';
import { UnavailableReason } from '../../core/evidence.ts';

test.each(UnavailableReason.options)('%s has a cure of its own', (reason) => {
  const others = UnavailableReason.options.filter((other) => other !== reason);
  for (const source of ['promql', 'cluster', 'probe'] as const) {
    expect(others.map((other) => cureFor(other, source))).not.toContain(cureFor(reason, source));
  }
});
