import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AuditEntry, canonical, sayEntry } from '../../core/audit.ts';
import { netcheck } from '../../core/remediation/state.ts';

const ben = { id: 'U0BEN', name: 'ben' };
const carol = { id: 'U0CAROL', name: 'carol' };
const entry: AuditEntry = {
  at: Date.UTC(2026, 10, 22, 9, 14, 59),
  cluster: 'prod',
  who: ben,
  what: 'approved',
  proposal: 'abc1234-no-ready-endpoints',
  investigation: 'abc1234',
  remediation: 'service-selector',
  object: 'Service shop/cart',
};

describe('an entry in words', () => {
  const what = "Change the Service's selector (Service shop/cart)";
  test.each<[Partial<AuditEntry>, string]>([
    [{ what: 'proposed', who: netcheck }, `netcheck proposed: ${what}`],
    [{ what: 'previewed' }, `ben looked at what it would do: ${what}`],
    [{}, `ben approved: ${what}`],
    [{ approvals: [ben] }, `ben approved: ${what}`],
    [{ what: 'dismissed' }, `ben dismissed: ${what}`],
    [
      { what: 'withdrawn', who: netcheck, why: 'the cause is gone' },
      `netcheck withdrew: ${what}; the cause is gone`,
    ],
    [{ what: 'outdated', who: netcheck }, `netcheck asked for approval again: ${what}`],
    [{ what: 'begun', who: netcheck }, `netcheck began: ${what}`],
    [
      { what: 'applied', who: netcheck, approvals: [ben, carol] },
      `netcheck applied: ${what}; approved by ben and carol`,
    ],
    [
      { what: 'failed', who: netcheck, approvals: [ben], why: 'the API server refused' },
      `netcheck could not apply: ${what}; the API server refused`,
    ],
    [
      { what: 'lost-track', who: netcheck, approvals: [ben], why: 'no answer' },
      `netcheck does not know whether it applied: ${what}; approved by ben; no answer`,
    ],
    [{ what: 'verified', who: netcheck, outcome: 'fixed' }, `netcheck checked: ${what}; fixed`],
    [
      { what: 'verified', who: netcheck, outcome: 'fixed', why: 'fixed: 2 endpoints are ready' },
      `netcheck checked: ${what}; fixed: 2 endpoints are ready`,
    ],
    [{ what: 'undo-asked' }, `ben asked to undo: ${what}`],
    [{ what: 'undone', who: netcheck }, `netcheck undid: ${what}`],
    [{ what: 'undo-failed', who: netcheck }, `netcheck could not undo: ${what}`],
    [{ what: 'trial-begun', who: netcheck }, `netcheck began to try: ${what}`],
    [{ what: 'trial-ended', who: netcheck }, `netcheck ended the trial: ${what}`],
    [{ remediation: 'renamed-since', object: 'Node n1' }, 'ben approved: renamed-since (Node n1)'],
    [{ why: 'first\nsecond\tthird' }, `ben approved: ${what}; first second third`],
  ])('%p', (changes, said) => {
    expect(sayEntry({ ...entry, ...changes })).toBe(`09:14 ${said}`);
  });

  test('mentions nobody', () => {
    expect(sayEntry({ ...entry, approvals: [ben], what: 'applied' })).not.toContain('U0BEN');
  });
});

test.each([
  ['an unknown key', { more: 1 }],
  ['what cannot happen', { what: 'deleted' }],
  ['a time that is none', { at: 1e16 }],
])('%s is no part of an entry', (_, changes) => {
  expect(AuditEntry.safeParse(entry).success).toBe(true);
  expect(AuditEntry.safeParse({ ...entry, ...changes }).success).toBe(false);
});

describe('the canonical text', () => {
  const text = fc.string({ unit: 'binary' });
  const person = fc.record({ id: text, name: text });
  const entries: fc.Arbitrary<AuditEntry> = fc.record(
    {
      at: fc.nat(),
      cluster: text,
      who: person,
      what: fc.constantFrom(...AuditEntry.shape.what.options),
      proposal: text,
      investigation: text,
      remediation: text,
      object: text,
      where: fc.record({ channel: text, ts: text }),
      diff: text,
      approvals: fc.array(person),
      why: text,
    },
    { requiredKeys: ['at', 'cluster', 'who', 'what', 'proposal', 'investigation', 'remediation', 'object'] },
  );

  /** The same value with the keys of every object in the opposite order. */
  function reversed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    const pairs = Object.entries(value).map(([key, inner]) => [key, reversed(inner)] as const);
    return Object.fromEntries(pairs.reverse());
  }

  test('does not depend on the order of keys, and loses nothing', () => {
    fc.assert(
      fc.property(entries, (one) => {
        const other = reversed(one) as AuditEntry;
        expect(canonical(other)).toBe(canonical(one));
        expect(AuditEntry.parse(JSON.parse(canonical(one)))).toEqual(one);
      }),
    );
  });

  test('of two entries that differ differs', () => {
    fc.assert(
      fc.property(entries, entries, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(canonical(one)).not.toBe(canonical(other));
      }),
    );
  });

  test('is one line of sorted keys', () => {
    expect(canonical(entry)).toBe(
      '{"at":1795338899000,"cluster":"prod","investigation":"abc1234","object":"Service shop/cart","proposal":"abc1234-no-ready-endpoints","remediation":"service-selector","what":"approved","who":{"id":"U0BEN","name":"ben"}}',
    );
  });
});
