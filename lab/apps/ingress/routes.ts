import { readFileSync, statSync } from 'node:fs';

/** Where requests go whose path begins like this. */
export interface Route {
  readonly path: string;
  readonly namespace: string;
  readonly service: string;
  readonly ingress: string;
  /** A Service's `ip:port`, or a file: of JSON, with the addresses of its endpoints. */
  readonly to: string;
}

/** Throws where it is not what ROUTES is to be. */
export function routesOf(json: string): readonly Route[] {
  const routes = JSON.parse(json) as unknown;
  if (!Array.isArray(routes) || !routes.every(isRoute))
    throw new Error(`Unexpected ROUTES ${json}, expected a list of path, namespace, service, ingress and to`);
  return routes.toSorted((a, b) => b.path.length - a.path.length);
}

function isRoute(value: unknown): value is Route {
  const fields = ['path', 'namespace', 'service', 'ingress', 'to'];
  return fields.every((field) => typeof (value as Record<string, unknown> | null)?.[field] === 'string');
}

/** One address after the other. A file is read again when it has changed; none of its addresses may be left. */
export function addressesOf({ to }: Route): () => readonly string[] {
  if (!to.endsWith('.json')) return () => [to];
  let turn = 0;
  let version = '';
  let addresses: readonly string[] = [];
  return () => {
    const { mtimeMs, ino } = statSync(to);
    if (version !== `${mtimeMs} ${ino}`) {
      version = `${mtimeMs} ${ino}`;
      addresses = JSON.parse(readFileSync(to, 'utf8')) as readonly string[];
    }
    turn = (turn + 1) % Math.max(1, addresses.length);
    return [...addresses.slice(turn), ...addresses.slice(0, turn)];
  };
}
