import 'react';

type CssVariables = Readonly<Record<`--${string}`, string | number>>;

declare module 'react' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merging needs an interface
  interface CSSProperties extends CssVariables {}
}
