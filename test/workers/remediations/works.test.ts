import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubeObject, ObjectRef, Operation } from '../../../core/remediation/change.ts';
import { CannotLook } from '../../../workers/ports.ts';
import { planChange, stateOf, undoOf, works } from '../../../workers/remediations/index.ts';
import type { Planned, PlannedChange } from '../../../workers/remediations/remediation.ts';
import { cases, proposalOf, type Case } from './cases.ts';
import { foundTown, handsOf, later, onlooker, proposed, remediator, soon, type Town } from './town.ts';

/*
 * Every remediation from its plan to its undo, by the real client, under the shipped RBAC. Each goes its way once; the
 * tests look at what was seen on the way.
 */
let town: Town;
let hands: ReturnType<typeof handsOf>;

beforeAll(async () => {
  town = await foundTown();
  hands = handsOf(town.sim, remediator);
});
afterAll(() => town.close());

type Seen = readonly (object | 'gone')[];
type States = readonly Awaited<ReturnType<typeof stateOf>>[];

interface Story {
  readonly planned: PlannedChange;
  readonly again: Planned;
  readonly refusal: unknown;
  readonly before: Seen;
  readonly statesBefore: States;
  readonly shown: Seen;
  readonly afterDryRun: Seen;
  readonly after: Seen;
  readonly statesAfter: States;
  readonly onceDone: Planned;
  readonly afterSecondSend: Seen;
  readonly statesAfterSecondSend: States;
  readonly undo: readonly Operation[];
  readonly undoBefore: States;
  readonly undoAfter: States;
  readonly afterUndo: Seen;
}

async function live(one: Case): Promise<Story> {
  town.rebuild();
  const plan = () => planChange(proposalOf(one), proposed, hands.objects);
  const planned = await plan();
  if (!('change' in planned)) throw new Error(JSON.stringify(planned));
  const { operations } = planned.change;
  const look = () => Promise.all(operations.map(({ object }) => lookAt(object)));
  const states = (of: readonly Operation[]) => Promise.all(of.map((each) => stateOf(each, hands.objects)));

  const seen = { planned, again: await plan(), before: await look(), statesBefore: await states(operations) };
  const refusal = await refusalOf(operations);
  const shown = await send(operations, true);
  const afterDryRun = await look();
  town.passTime(later);
  await send(operations, false);
  const done = { after: await look(), statesAfter: await states(operations), onceDone: await plan() };
  await sendAgain(operations);
  const twice = { afterSecondSend: await look(), statesAfterSecondSend: await states(operations) };
  const undo = await undoOf(planned.change, hands.objects);
  const undoBefore = await states(undo);
  await send(undo, false);
  const undone = { undo, undoBefore, undoAfter: await states(undo), afterUndo: await look() };
  return { ...seen, refusal, shown, afterDryRun, ...done, ...twice, ...undone };
}

async function send(operations: readonly Operation[], dryRun: boolean): Promise<Seen> {
  const answers: (object | 'gone')[] = [];
  for (const operation of operations) {
    const answer = await hands.writer.write(operation, { dryRun }, soon());
    answers.push(answer === undefined ? 'gone' : essenceOf(answer));
  }
  return answers;
}

/** As somebody would who does not know that it was done. */
async function sendAgain(operations: readonly Operation[]): Promise<void> {
  for (const operation of operations)
    await hands.writer.write(operation, { dryRun: false }, soon()).catch((error: unknown) => {
      if (!(error instanceof CannotLook)) throw error;
    });
}

function refusalOf([operation]: readonly Operation[]): Promise<unknown> {
  if (operation === undefined) throw new Error('a change without operations');
  const { writer } = handsOf(town.sim, onlooker);
  return writer.write(operation, { dryRun: true }, soon()).catch((error: unknown) => error);
}

/** All of an object but what the server counts and what controllers say. */
function essenceOf({ metadata, ...object }: KubeObject): object {
  const { name, namespace, labels, annotations = {} } = metadata;
  const noted = { ...annotations, 'deployment.kubernetes.io/revision': undefined };
  return { ...object, status: undefined, metadata: { name, namespace, labels, annotations: noted } };
}

async function lookAt(object: ObjectRef): Promise<object | 'gone'> {
  try {
    return essenceOf(await hands.objects.read(object));
  } catch (error) {
    if (error instanceof CannotLook && error.why.reason === 'not-found') return 'gone';
    throw error;
  }
}

const all = <State>(of: readonly unknown[], state: State): State[] => of.map(() => state);

test('there is a case for every remediation', () => {
  expect(new Set(cases.map(({ id }) => id))).toEqual(new Set(Object.keys(works)));
});

describe.each(cases)('$id $params', (one) => {
  let story: Story;
  beforeAll(async () => {
    story = await live(one);
  });

  test('says what else happens', () => {
    expect(story.planned.change.effects.join('\n')).toContain(one.says);
  });

  test('is planned the same from the same objects', () => {
    expect(story.again).toEqual(story.planned);
    expect(story.statesBefore).toEqual(all(story.statesBefore, 'not-done'));
  });

  test('is shown by a dry run as it is then made, and made by the write alone', () => {
    expect(story.afterDryRun).toEqual(story.before);
    expect(story.shown).toEqual(story.after);
    expect(story.after).not.toEqual(story.before);
  });

  test('once made is known to be, and not made again', () => {
    expect(story.statesAfter).toEqual(all(story.statesAfter, 'done'));
    expect(story.onceDone).toEqual({ done: expect.any(String) });
    expect(story.afterSecondSend).toEqual(story.after);
    expect(story.statesAfterSecondSend).toEqual(all(story.statesAfterSecondSend, 'done'));
  });

  test('is taken back to what was there, or says why it cannot be', () => {
    const { planned, undo, before, after } = story;
    const { operations, lasting } = planned.change;
    expect(undo.length === 0).toBe(lasting !== undefined);
    expect(story.undoBefore).toEqual(all(undo, 'not-done'));
    expect(story.undoAfter).toEqual(all(undo, 'done'));
    const isBack = ({ do: what }: Operation) =>
      (what === 'patch' || what === 'create') && lasting === undefined;
    expect(story.afterUndo).toEqual(
      operations.map((operation, index) => (isBack(operation) ? before : after)[index]),
    );
  });

  test('is refused, with the verb and the resource, to whoever may only look', () => {
    expect(story.refusal).toBeInstanceOf(CannotLook);
    expect(story.refusal).toMatchObject({
      why: { reason: 'forbidden', detail: expect.stringContaining(one.lacks) },
    });
  });
});
