import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Change } from '../../../core/remediation/change.ts';
import { carryOut } from '../../../workers/carry-out.ts';
import { previewPlanned } from '../../../workers/plan-change.ts';
import { planChange } from '../../../workers/remediations/index.ts';
import type { PlannedChange } from '../../../workers/remediations/remediation.ts';
import { yaml } from '../support/objects.ts';
import { proposalOf } from './cases.ts';
import { foundTown, handsOf, proposed, remediator, type Town } from './town.ts';

/* Pods that move off a node, some of which a disruption budget holds. */

let town: Town;
let hands: ReturnType<typeof handsOf>;
beforeAll(async () => {
  town = await foundTown();
  hands = handsOf(town.sim, remediator);
});
afterAll(() => town.close());
beforeEach(() => town.rebuild());

async function drain(): Promise<PlannedChange> {
  const asked = proposalOf({ id: 'drain', params: { node: 'node-c' } });
  const planned = await planChange(asked, proposed, hands.objects);
  if (!('change' in planned)) throw new Error('nothing to drain');
  return planned;
}

const podsOf = ({ operations }: Change): string[] =>
  operations.flatMap(({ do: what, object }) => (what === 'evict' ? [object.name] : []));
const carry = (change: Change) =>
  carryOut(change.operations, {
    writer: hands.writer,
    objects: hands.objects,
    timeoutMs: 2000,
    patienceMs: 500,
    isFirst: true,
    turn: undefined,
  });
const isLeaving = (name: string): boolean => {
  const pod = town.sim.objects.get({ resource: 'pods', namespace: 'shop', name });
  return pod === undefined || pod.metadata.deletionTimestamp !== undefined;
};

/** Holds one pod, by a label that only it gets. */
function hold(name: string): void {
  town.sim.objects.change({ resource: 'pods', namespace: 'shop', name }, (pod) => ({
    ...pod,
    metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, held: name } },
  }));
  town.sim.apply(
    yaml({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: `held-${name}`, namespace: 'shop' },
      spec: { minAvailable: 1, selector: { matchLabels: { held: name } } },
    }),
  );
}

test('all go where nothing holds them', async () => {
  const { change } = await drain();
  expect(await carry(change)).toEqual({ kind: 'done' });
  expect(podsOf(change).map(isLeaving)).toEqual(podsOf(change).map(() => true));
});

test('one that a budget holds stays, the others go, and it is said which', async () => {
  const { change } = await drain();
  const [held = '', ...others] = podsOf(change);
  expect(others.length).toBeGreaterThan(0);
  hold(held);
  expect(await carry(change)).toEqual({
    kind: 'unsure',
    why: expect.stringContaining(
      `${others.length} of ${others.length + 1} pods were moved. Pod shop/${held}: Cannot evict pod as it would violate`,
    ),
  });
  expect([held, ...others].map(isLeaving)).toEqual([false, ...others.map(() => true)]);
});

test('the preview says that a budget holds it just now, and does not call it impossible', async () => {
  const first = await drain();
  const [held = ''] = podsOf(first.change);
  hold(held);
  const planned = await drain();
  const preview = await previewPlanned({ writer: hands.writer, timeoutMs: 2000 }, planned);
  expect(preview).toMatchObject({
    kind: 'change',
    effects: expect.arrayContaining([`Pod shop/${held} is held by a disruption budget just now`]),
  });
});
