import { expect } from '@jest/globals';
import { unavailable, type Evidence, type EvidenceRequest, type Observation } from '../../core/evidence.ts';
import { nextStep } from '../../core/next-step.ts';
import { plan, type Plan } from '../../core/plan.ts';
import type { Cause } from '../../core/playbook/cause.ts';
import { causeOf, probe, target, window } from './causes.ts';
import { attempts, evidenceOf, observedAttempts } from './evidence.ts';

export function planOf(...causes: readonly Cause[]): Plan {
  return plan(causes, { target, window });
}

export type Seen = ReadonlyMap<string, Evidence>;

/** What came in, by the id of what was asked; a second asking of `one/p` is `one/p#2`, with the attempts that it made. */
export function seen(planned: Plan, observations: Readonly<Record<string, Observation>>): Seen {
  const made = new Map<string, number>();
  return new Map(
    Object.entries(observations).map(([id, observation]) => {
      const [first = id] = id.split('#');
      const request = planned.requests.find((one) => one.id === first);
      if (request === undefined) throw new Error(`${first} is not part of the plan`);
      const count = observation.status === 'observed' ? observation.samples : 0;
      const before = made.get(first) ?? 0;
      made.set(first, before + count);
      const asked = request.source === 'probe' && id !== first;
      return [
        id,
        evidenceOf({ ...request, id, ...(asked && { attempts: count, first: before }) }, observation),
      ];
    }),
  );
}

/** The ids of what is asked for, or `done`. */
export function asked(planned: Plan, observations: Readonly<Record<string, Observation>>): string[] | 'done' {
  const step = nextStep(planned, seen(planned, observations));
  return step.kind === 'done' ? 'done' : step.requests.map(({ id }) => id);
}

export const blind = unavailable('timed-out', 'it took too long');
export const tcp = (name: string, more = '', from = 'pod'): string =>
  probe(name, `probe: tcp\nto: ${name}:1\nfrom: [${from}]\n${more}`);
/** 15 s with 100 attempts, 0.1 s each beyond. */
export const tls = (name: string, more = ''): string =>
  probe(name, `probe: tls\nto: ${name}:1\nfrom: [pod]\n${more}`);
/** It is why if one attempt failed. */
export const failing = (name: string): string => `${name}.failed > 0.0`;
/** All is well, says an arm of so many attempts. */
export const well = (count = 100, failed = 0, first = 0): Observation =>
  observedAttempts(attempts(count, { failed, first }));

/** One cause a probe, confirmed if it fails. */
export function causeFor(id: string, ...probes: readonly string[]): Cause {
  const names = probes.flatMap((piece) => /`(\w+)`/.exec(piece)?.[1] ?? []);
  return causeOf({ id, evidence: probes, confirmed: names.map(failing) });
}

/** Plays an investigation to its end: who answers says what each look finds. */
export function investigate(planned: Plan, answer: (request: EvidenceRequest) => Observation): Evidence[] {
  const evidence = new Map<string, Evidence>();
  for (let round = 0; round < 100; round++) {
    const step = nextStep(planned, evidence);
    if (step.kind === 'done') return [...evidence.values()];
    for (const request of step.requests) {
      expect(evidence.has(request.id)).toBe(false);
      evidence.set(request.id, evidenceOf(request, answer(request)));
    }
  }
  throw new Error('it never ends');
}
