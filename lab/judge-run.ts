import type { Report } from '../core/report.ts';
import type { Fault, Injected } from './faults/fault.ts';

/** What is wrong with a conclusion, given what was injected; nothing if it is right. */
export interface Mistakes {
  /** Causes that were injected and not concluded. */
  readonly missed: readonly string[];
  /** Causes that were concluded and not injected. */
  readonly accused: readonly string[];
  /** Whom it should have named and did not. */
  readonly unnamed: readonly string[];
  /** Of nothing injected: that it did not say so. */
  readonly notCleared: boolean;
}

export function mistakesIn(
  { conclusion, hypotheses }: Pick<Report, 'conclusion' | 'hypotheses'>,
  injected: readonly { readonly fault: Fault; readonly injected: Injected }[],
): Mistakes {
  const isFound = conclusion.kind === 'cause-found' || conclusion.kind === 'not-the-network';
  const named = [...(isFound ? conclusion.causes : []), ...conclusion.alsoFound];
  const confirmed = hypotheses.filter(({ status }) => status === 'confirmed').map(({ cause }) => cause);
  const expected = injected.flatMap(({ fault }) => fault.causes);
  const true_ = new Set([...expected, ...injected.flatMap(({ fault }) => fault.alsoTrue ?? [])]);
  const words = hypotheses
    .filter(({ cause }) => expected.includes(cause))
    .map(({ culprit = '', reason }) => `${culprit} ${reason}`)
    .join(' ');
  return {
    missed: expected.filter((cause) => !named.includes(cause)),
    accused: [...new Set([...named, ...confirmed])].filter((cause) => !true_.has(cause)),
    unnamed: injected
      .flatMap(({ injected: { names = [] } }) => names)
      .filter((name) => !isNamed(name, words)),
    notCleared: expected.length === 0 && conclusion.kind !== 'not-the-network',
  };
}

/** As a whole: 10.244.1.7 is not named by 10.244.1.71. */
function isNamed(name: string, words: string): boolean {
  const literally = name.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<!\w|\w\.)${literally}(?!\w|\.\w)`).test(words);
}

export function isRight({ missed, accused, unnamed, notCleared }: Mistakes): boolean {
  return !notCleared && [missed, accused, unnamed].every((all) => all.length === 0);
}
