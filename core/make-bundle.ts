import type * as z from 'zod';
import { fit } from './bundle-size.ts';
import { Bundle } from './bundle.ts';
import { environmentValues, redact } from './redact.ts';

const Recorded = Bundle.omit({ schema: true, redactions: true, cuts: true });
type Recorded = z.infer<typeof Recorded>;

/** Makes a bundle of what was recorded: without secrets, and at most `maxBytes` of JSON. */
export function makeBundle(recorded: Recorded, maxBytes = 5_000_000): Bundle {
  const evidence = [...recorded.evidence].sort((a, b) => (a.request.id < b.request.id ? -1 : 1));
  const { value, paths } = redact({ ...recorded, evidence }, environmentValues(evidence));
  const clean = Recorded.parse(value);
  return fit({ schema: 'netcheck.bundle/v1', ...clean, redactions: [...paths], cuts: [] }, maxBytes);
}
