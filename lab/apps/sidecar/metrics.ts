import { Counter, Gauge, Registry } from 'prom-client';

/** What a sidecar counts of the connections that it passes on to one address. */
export interface Meter {
  /** A connection of the application (`src`) or to the far end (`dst`) stands; call what it returns when it is over. */
  opened(peer: 'src' | 'dst'): (errno: string) => void;
  /** It could not connect to the far end; an error of the system, or any other, such as that it took too long. */
  failed(error: 'i/o' | 'unexpected'): void;
}

export interface Metrics {
  meterFor(upstream: { readonly host: string; readonly port: number }): Meter;
  /** The text that Prometheus scrapes. */
  text(): Promise<string>;
}

const target = ['target_addr', 'target_ip', 'target_port'] as const;
const connection = ['direction', 'peer', ...target, 'tls', 'no_tls_reason'] as const;

/** Why linkerd-proxy, which adds mTLS between meshed pods alone, says it added none. */
const noTls = { src: 'loopback', dst: 'not_provided_by_service_discovery' } as const;

/**
 * With the names and labels of linkerd-proxy, as far as playbooks ask for them: of connections out, `src` is the
 * application's side, which stands at once, and `dst` the far end's, counted once it stands.
 */
export function linkerdMetrics(): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  const opens = new Counter({
    name: 'tcp_open_total',
    help: 'Total count of opened connections',
    labelNames: connection,
    registers,
  });
  const closes = new Counter({
    name: 'tcp_close_total',
    help: 'Total count of closed connections',
    labelNames: [...connection, 'errno'] as const,
    registers,
  });
  const open = new Gauge({
    name: 'tcp_open_connections',
    help: 'Number of currently-open connections',
    labelNames: connection,
    registers,
  });
  const errors = new Counter({
    name: 'outbound_tcp_errors_total',
    help: 'The total number of outbound TCP errors',
    labelNames: [...target, 'error'] as const,
    registers,
  });
  return {
    meterFor({ host, port }) {
      const to = { target_addr: `${host}:${port}`, target_ip: host, target_port: String(port) };
      return {
        opened(peer) {
          const labels = {
            ...{ direction: 'outbound', peer, ...to },
            ...{ tls: 'no_identity', no_tls_reason: noTls[peer] },
          };
          opens.inc(labels);
          open.inc(labels);
          return (errno) => {
            open.dec(labels);
            closes.inc({ ...labels, errno });
          };
        },
        failed(error) {
          errors.inc({ ...to, error });
        },
      };
    },
    text: () => registry.metrics(),
  };
}
