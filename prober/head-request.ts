import type { ProbeTarget } from '../core/probe-task.ts';

/** A request that changes nothing and that every HTTP server answers, if only with a complaint. */
export function headRequest(target: ProbeTarget): string {
  return [
    'HEAD / HTTP/1.1',
    `Host: ${hostHeader(target)}`,
    `User-Agent: ${userAgent}`,
    'Connection: close',
    '',
    '',
  ].join('\r\n');
}

export const userAgent = 'netcheck';

/** The target as a Host header names it. */
export function hostHeader({ host, port }: ProbeTarget, name = host): string {
  // A name is absolute for resolvers, by a dot at its end, and never for servers.
  const bare = name.includes(':') ? `[${name}]` : name.replace(/\.$/, '');
  return port === undefined || port === 80 || port === 443 ? bare : `${bare}:${port}`;
}

/** Headers by their name in small letters. */
type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The status if the sidecar itself answers in place of a far end that it could not reach. linkerd-proxy says so
 * (l5d-proxy-error); Envoy names itself and, unlike for an answer it passes on, not the time that the far end took.
 */
export function answeredBySidecar(status: number, headers: Headers): number | undefined {
  if (status < 502 || status > 504) return undefined;
  const envoy = headers['server'] === 'envoy' && headers['x-envoy-upstream-service-time'] === undefined;
  return envoy || headers['l5d-proxy-error'] !== undefined ? status : undefined;
}

/** The same of an answer as it came. */
export function answeredBySidecarIn(answer: Buffer): number | undefined {
  const [start = '', ...lines] = (answer.toString('latin1').split('\r\n\r\n')[0] ?? '').split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(start)?.[1];
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return answeredBySidecar(Number(status ?? 0), Object.fromEntries(headers));
}
