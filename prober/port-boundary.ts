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

/** Ports that are tried at once between the two of a bracket: each round takes as long as one that is dead. */
const atOnce = 5;

/**
 * Narrows the bracket until the two are neighbours. `tryAll` connects from ports and says how it went, without those
 * that are in use; `undefined` when there must be no more connects.
 */
export async function narrow(
  bracket: Bracket,
  tryAll: (ports: readonly number[]) => Promise<readonly PortTried[] | undefined>,
): Promise<Bracket> {
  let { dead, live } = bracket;
  const passedOver = new Set<number>();
  for (;;) {
    const ports = between(dead, live, passedOver);
    const tried = ports.length === 0 ? undefined : await tryAll(ports);
    if (tried === undefined) return { dead, live };
    for (const port of ports) if (!tried.some((one) => one.port === port)) passedOver.add(port);
    // From the dead side on, the first that lives, and the last before it.
    const outward = [...tried].sort((a, b) => Math.abs(a.port - dead) - Math.abs(b.port - dead));
    const first = outward.findIndex(({ ok }) => ok);
    const last = outward.at(first === -1 ? -1 : first - 1);
    live = outward[first]?.port ?? live;
    if (first !== 0) dead = last?.port ?? dead;
  }
}

/** Ports that divide what lies between two evenly, none of which was passed over. */
function between(one: number, other: number, passedOver: ReadonlySet<number>): readonly number[] {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  const ports = new Set<number>();
  for (let part = 1; part <= atOnce; part++) {
    let port = low + Math.max(1, Math.round(((high - low) * part) / (atOnce + 1)));
    while (passedOver.has(port)) port++;
    if (port < high) ports.add(port);
  }
  return [...ports];
}
