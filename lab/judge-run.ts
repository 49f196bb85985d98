import type { Report } from '../core/report.ts';
import type { VerdictStatus } from '../core/verdict.ts';
import type { Fault, Injected } from './faults/fault.ts';

/** What is wrong with a conclusion, given what was injected; nothing if it is right. */
export interface Mistakes {
  /** Causes that were injected and not concluded. */
  readonly missed: readonly string[];
  /** Causes that were injected, if weakly, and ruled out. */
  readonly cleared: readonly string[];
  /** Causes that were concluded and not injected. */
  readonly accused: readonly string[];
  /** Whom it should have named and did not. */
  readonly unnamed: readonly string[];
  /** Of nothing injected: that it did not say so. */
  readonly notCleared: boolean;
}

/** A fault that is in force. */
export interface Broken {
  readonly fault: Fault;
  readonly injected: Injected;
  /** Whether it may be too weak to prove. */
  readonly weak: boolean;
}

export function mistakesIn(
  { conclusion, hypotheses }: Pick<Report, 'conclusion' | 'hypotheses'>,
  broken: readonly Broken[],
): Mistakes {
  const isFound = conclusion.kind === 'cause-found' || conclusion.kind === 'not-the-network';
  const found = isFound ? conclusion.causes : [];
  const named = [...found, ...conclusion.alsoFound];
  const of = (wanted: VerdictStatus): readonly string[] =>
    hypotheses.filter(({ status }) => status === wanted).map(({ cause }) => cause);
  const expected = broken.flatMap(({ fault }) => fault.causes);
  const isOpen = (cause: string): boolean =>
    [...of('standing'), ...of('unchecked'), ...of('conflict')].includes(cause);
  const plain = broken.filter(({ weak }) => !weak);
  const wanted = plain.flatMap(({ fault }) => fault.causes);
  // Of several one may be found on the side; one at least is what people suffer from.
  const isAnyFound = wanted.some((cause) => found.includes(cause));
  const true_ = new Set([...expected, ...broken.flatMap(({ fault }) => fault.alsoTrue ?? [])]);
  const words = hypotheses
    .filter(({ cause }) => expected.includes(cause))
    .map(({ culprit = '', reason }) => `${culprit} ${reason}`)
    .join(' ');
  return {
    missed: isAnyFound ? wanted.filter((cause) => !named.includes(cause)) : wanted,
    cleared: broken
      .filter(({ weak }) => weak)
      .flatMap(({ fault }) => fault.causes)
      .filter((cause) => !named.includes(cause))
      .filter((cause) => !isOpen(cause)),
    accused: [...new Set([...named, ...of('confirmed')])].filter((cause) => !true_.has(cause)),
    unnamed: plain.flatMap(({ injected: { names = [] } }) => names).filter((name) => !isNamed(name, words)),
    notCleared: expected.length === 0 && conclusion.kind !== 'not-the-network',
  };
}

/** As a whole: 10.244.1.7 is not named by 10.244.1.71. */
function isNamed(name: string, words: string): boolean {
  const literally = name.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<!\w|\w\.)${literally}(?!\w|\.\w)`).test(words);
}

export function isRight({ missed, cleared, accused, unnamed, notCleared }: Mistakes): boolean {
  return !notCleared && [missed, cleared, accused, unnamed].every((all) => all.length === 0);
}
