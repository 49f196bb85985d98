/** How one connect from a chosen port went. */
export interface PortTried {
  readonly port: number;
  readonly ok: boolean;
}

/** Two ports, one dead and one live, between which the boundary lies. */
export interface Bracket {
  readonly dead: number;
  readonly live: number;
}

/** What the failures have to do with the port: nothing, or they end at one or two boundaries. */
export type Pattern = 'all' | 'none' | { readonly below?: Bracket; readonly above?: Bracket };

/** The share of a side that may have failed or succeeded for other reasons. */
const tolerance = 0.1;
/** A dead side is seen by so many connects at least; fewer may be chance. */
const fewest = 3;

/**
 * Seeks the one range of ports that live, such that those outside are dead: the range in which successes outnumber
 * failures the most.
 */
export function patternOf(tried: readonly PortTried[]): Pattern {
  const sorted = [...tried].sort((a, b) => a.port - b.port);
  if (!sorted.some(({ ok }) => ok)) return 'all';
  const [from, to] = liveRange(sorted);
  const below = sorted.slice(0, from);
  const inside = sorted.slice(from, to + 1);
  const above = sorted.slice(to + 1);
  const dead = [below, above].filter((side) => side.length >= fewest);
  if (dead.length === 0 || failedShare(inside) > tolerance) return 'none';
  if (dead.some((side) => failedShare(side) < 1 - tolerance)) return 'none';
  return {
    ...(dead.includes(below) && { below: { dead: portOf(below.at(-1)), live: portOf(inside[0]) } }),
    ...(dead.includes(above) && { above: { dead: portOf(above[0]), live: portOf(inside.at(-1)) } }),
  };
}

/** The piece with the largest sum, a success counting 1 and a failure -1 (Kadane): its first and last index. */
function liveRange(sorted: readonly PortTried[]): [from: number, to: number] {
  let best = { sum: -Infinity, from: 0, to: 0 };
  let sum = 0;
  let from = 0;
  for (const [index, { ok }] of sorted.entries()) {
    if (sum <= 0) [sum, from] = [0, index];
    sum += ok ? 1 : -1;
    if (sum > best.sum) best = { sum, from, to: index };
  }
  return [best.from, best.to];
}

function failedShare(tried: readonly PortTried[]): number {
  return tried.filter(({ ok }) => !ok).length / tried.length;
}

function portOf(tried: PortTried | undefined): number {
  return tried?.port ?? 0;
}

/**
 * Halves the bracket until the two are neighbours. `isLive` connects from a port; it says `undefined` for one that is
 * in use, and `stop` when there must be no more connects.
 */
export async function narrow(
  bracket: Bracket,
  isLive: (port: number) => Promise<boolean | 'stop' | undefined>,
): Promise<Bracket> {
  let { dead, live } = bracket;
  while (Math.abs(live - dead) > 1) {
    const result = await firstUsable(dead, live, isLive);
    if (result === undefined) break;
    if (result.ok) live = result.port;
    else dead = result.port;
  }
  return { dead, live };
}

/** The port in the middle, or the nearest to it that is not in use. */
async function firstUsable(
  dead: number,
  live: number,
  isLive: (port: number) => Promise<boolean | 'stop' | undefined>,
): Promise<PortTried | undefined> {
  const [low, high] = [Math.min(dead, live), Math.max(dead, live)];
  const middle = Math.floor((low + high) / 2);
  for (let away = 0; away < high - low; away++) {
    for (const port of away === 0 ? [middle] : [middle + away, middle - away]) {
      if (port <= low || port >= high) continue;
      const ok = await isLive(port);
      if (ok === 'stop') return undefined;
      if (ok !== undefined) return { port, ok };
    }
  }
  return undefined;
}
