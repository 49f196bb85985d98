import { describe, expect, test } from '@jest/globals';
import type { Conclusion } from '../../core/conclusion.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { Injected } from '../../lab/faults/fault.ts';
import { isRight, mistakesIn, type Broken, type Mistakes } from '../../lab/judge-run.ts';

interface Done {
  readonly causes: readonly string[];
  readonly alsoTrue?: readonly string[];
  readonly names?: readonly string[];
  readonly weak?: boolean;
}
interface Said {
  readonly kind: Conclusion['kind'];
  readonly causes?: string[];
  readonly alsoFound?: string[];
  readonly verdicts?: readonly (Pick<Verdict, 'cause' | 'status'> & Partial<Verdict>)[];
}

const loss: Done = { causes: ['loss'], names: ['node-b'] };
const isLoss = { cause: 'loss', status: 'confirmed', culprit: 'node-b' } as const;
const table: Done = { causes: ['table'] };
const nothing: Done = { causes: [] };

function mistakes(
  broken: readonly Done[],
  { kind, causes = [], alsoFound = [], verdicts = [] }: Said,
): Mistakes {
  const conclusion = { kind, causes, alsoFound, summary: 'so it is' };
  const hypotheses = verdicts.map((one) => ({ title: one.cause, reason: 'because', evidence: [], ...one }));
  return mistakesIn({ conclusion, hypotheses }, broken.map(injectedOf));
}

function injectedOf({ causes, alsoTrue = [], names = [], weak = false }: Done): Broken {
  const injected = { said: 'it is broken', names, undo: () => Promise.resolve() };
  const inject = (): Promise<Injected> => Promise.resolve(injected);
  return { fault: { id: 'f', title: 'f', ask: 'checkout.shop', causes, alsoTrue, inject }, injected, weak };
}

const right: Mistakes = { missed: [], cleared: [], accused: [], unnamed: [], notCleared: false };

describe('a conclusion', () => {
  const cases: readonly {
    readonly name: string;
    readonly broken: readonly Done[];
    readonly said: Said;
    readonly wrong: Partial<Mistakes>;
  }[] = [
    {
      name: 'that finds the one that was broken is right',
      broken: [loss],
      said: { kind: 'cause-found', causes: ['loss'], verdicts: [isLoss] },
      wrong: {},
    },
    {
      name: 'that finds both is right, where one is only part of it',
      broken: [loss, table],
      said: {
        kind: 'cause-found',
        causes: ['loss'],
        alsoFound: ['table'],
        verdicts: [isLoss, { cause: 'table', status: 'confirmed' }],
      },
      wrong: {},
    },
    {
      name: 'that finds one of two has missed the other',
      broken: [loss, table],
      said: { kind: 'cause-found', causes: ['loss'], verdicts: [isLoss] },
      wrong: { missed: ['table'] },
    },
    {
      name: 'that leaves it among others has missed it',
      broken: [loss],
      said: {
        kind: 'narrowed',
        causes: ['loss', 'table'],
        verdicts: [{ ...isLoss, status: 'standing' }],
      },
      wrong: { missed: ['loss'] },
    },
    {
      name: 'that finds it on the side alone has missed it',
      broken: [loss],
      said: { kind: 'narrowed', alsoFound: ['loss'], verdicts: [isLoss] },
      wrong: { missed: ['loss'] },
    },
    {
      name: 'that cannot say has missed it, and named nobody',
      broken: [loss],
      said: { kind: 'inconclusive', verdicts: [{ cause: 'loss', status: 'unchecked' }] },
      wrong: { missed: ['loss'], unnamed: ['node-b'] },
    },
    {
      name: 'that leaves what is too weak to prove is right',
      broken: [{ ...loss, weak: true }],
      said: { kind: 'narrowed', causes: ['loss'], verdicts: [{ cause: 'loss', status: 'standing' }] },
      wrong: {},
    },
    {
      name: 'that finds what is weak is right',
      broken: [{ ...loss, weak: true }],
      said: { kind: 'cause-found', causes: ['loss'], verdicts: [isLoss] },
      wrong: {},
    },
    {
      name: 'that rules out what is weak has cleared it',
      broken: [{ ...loss, weak: true }],
      said: { kind: 'narrowed', causes: ['table'], verdicts: [{ cause: 'loss', status: 'eliminated' }] },
      wrong: { cleared: ['loss'] },
    },
    {
      name: 'that it is not the network clears what is weak',
      broken: [{ ...loss, weak: true }],
      said: { kind: 'not-the-network', verdicts: [] },
      wrong: { cleared: ['loss'] },
    },
    {
      name: 'that it is not the network leaves what is weak and none of the network',
      broken: [{ ...loss, weak: true }],
      said: { kind: 'not-the-network', verdicts: [{ cause: 'loss', status: 'unchecked' }] },
      wrong: {},
    },
    {
      name: 'of something else besides accuses it',
      broken: [loss],
      said: { kind: 'cause-found', causes: ['loss', 'table'], verdicts: [isLoss] },
      wrong: { accused: ['table'] },
    },
    {
      name: 'that finds something else on the side accuses it, once',
      broken: [loss],
      said: {
        kind: 'cause-found',
        causes: ['loss'],
        alsoFound: ['table'],
        verdicts: [isLoss, { cause: 'table', status: 'confirmed' }],
      },
      wrong: { accused: ['table'] },
    },
    {
      name: 'with something else confirmed accuses it, though it does not come to that',
      broken: [loss],
      said: {
        kind: 'narrowed',
        causes: ['loss'],
        verdicts: [isLoss, { cause: 'table', status: 'confirmed' }],
      },
      wrong: { missed: ['loss'], accused: ['table'] },
    },
    {
      name: 'of what is true as well accuses nobody',
      broken: [{ ...loss, alsoTrue: ['table'] }],
      said: { kind: 'cause-found', causes: ['loss', 'table'], verdicts: [isLoss] },
      wrong: {},
    },
    {
      name: 'need not find what is only true as well',
      broken: [{ ...loss, alsoTrue: ['table'] }],
      said: { kind: 'cause-found', causes: ['loss'], verdicts: [isLoss] },
      wrong: {},
    },
    {
      name: 'of what is not the network is one, if that was broken',
      broken: [{ causes: ['cpu'] }],
      said: { kind: 'not-the-network', causes: ['cpu'], verdicts: [{ cause: 'cpu', status: 'confirmed' }] },
      wrong: {},
    },
    {
      name: 'that clears the network is right where nothing is broken',
      broken: [nothing],
      said: { kind: 'not-the-network', verdicts: [{ cause: 'loss', status: 'eliminated' }] },
      wrong: {},
    },
    {
      name: 'that narrows it down does not clear the network',
      broken: [nothing],
      said: { kind: 'narrowed', causes: ['loss'], verdicts: [{ cause: 'loss', status: 'standing' }] },
      wrong: { notCleared: true },
    },
    {
      name: 'that clears the network and finds the CPU accuses it where nothing is broken',
      broken: [nothing],
      said: { kind: 'not-the-network', causes: ['cpu'] },
      wrong: { accused: ['cpu'] },
    },
  ];
  test.each(cases)('$name', ({ broken, said, wrong }) => {
    const found = mistakes(broken, said);
    expect(found).toEqual({ ...right, ...wrong });
    expect(isRight(found)).toBe(Object.keys(wrong).length === 0);
  });
});

describe('whom it names', () => {
  const named = (name: string, culprit: string, reason = 'because'): boolean =>
    mistakes([{ causes: ['loss'], names: [name] }], {
      kind: 'cause-found',
      causes: ['loss'],
      verdicts: [{ cause: 'loss', status: 'confirmed', culprit, reason }],
    }).unnamed.length === 0;

  test.each([
    ['node-b', 'node-a, node-b', true],
    ['node-b', 'Node/node-b', true],
    ['node-b', 'node-bb', false],
    ['10.244.1.7', '10.244.1.7:8080', true],
    ['10.244.1.7', 'the pod (10.244.1.7).', true],
    ['10.244.1.7', '10.244.1.71', false],
    ['0.244.1.7', '10.244.1.7', false],
    ['10.244.1', '10.244.1.7', false],
    ['10.244.1.7', '10.244.1x7', false],
    ['8081', 'targetPort 8081', true],
    ['8081', 'targetPort 18081', false],
    ['checkout', 'checkout-5f4d9c-x2x9k', true],
  ])('%s is named by "%s": %s', (name, culprit, expected) => {
    expect(named(name, culprit)).toBe(expected);
    expect(named(name, '', `It is ${culprit}, since 12:00`)).toBe(expected);
  });

  test('is of the cause that was broken, not of another', () => {
    const { unnamed } = mistakes([loss], {
      kind: 'cause-found',
      causes: ['loss'],
      verdicts: [
        { ...isLoss, culprit: 'node-a' },
        { cause: 'table', status: 'eliminated', reason: 'node-b is well' },
      ],
    });
    expect(unnamed).toEqual(['node-b']);
  });

  test('is everybody of every fault', () => {
    const { unnamed } = mistakes([{ causes: ['loss'], names: ['node-a', 'node-b', 'node-c'] }], {
      kind: 'cause-found',
      causes: ['loss'],
      verdicts: [{ ...isLoss, culprit: 'node-a' }],
    });
    expect(unnamed).toEqual(['node-b', 'node-c']);
  });
});
