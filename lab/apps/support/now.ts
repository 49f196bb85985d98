/** Milliseconds since 1970, finer than those, and by a clock that nobody sets meanwhile. */
export const now = (): number => performance.timeOrigin + performance.now();
