import type { FormatName } from '../../format.ts';

/** What a number is counted in; `own` is the unit that the evidence declares, undefined that it may be anything. */
export type UnitOf = FormatName | 'own' | undefined;

export interface Field {
  /** As CEL names types. */
  readonly type: string;
  readonly unit?: UnitOf;
  readonly doc: string;
}

export interface Call {
  /** Names of the arguments, as the documentation and messages show them. */
  readonly args: readonly { readonly name: string; readonly type: string; readonly unit?: UnitOf }[];
  readonly returns: string;
  readonly unit?: UnitOf;
  readonly doc: string;
  /** The receiver of a method comes first. */
  readonly call: (...args: never[]) => unknown;
}

export interface TypeWords {
  readonly doc: string;
  readonly ctor: new (...args: never[]) => object;
  readonly fields: Readonly<Record<string, Field>>;
  readonly methods: Readonly<Record<string, Call>>;
}
