import { Counter, Histogram, Registry } from 'prom-client';

/** As OTLP over HTTP has it in JSON: of `ExportTraceServiceRequest`, what is counted here. */
interface Traces {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly Attribute[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly Span[] }[];
  }[];
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

interface Span {
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code?: number };
}

export interface SpanMetrics {
  /** Counts what came as `application/json`; throws where it is no such thing. */
  receive(json: string): void;
  /** In the text format of Prometheus. */
  exposition(): Promise<string>;
}

/** Milliseconds. */
const buckets = [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000];
const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const statuses = ['UNSET', 'OK', 'ERROR'];

const labelNames = ['service_name', 'span_name', 'span_kind', 'status_code'] as const;

/**
 * What the span metrics connector of the OpenTelemetry Collector makes of spans with its defaults, under the names that
 * its Prometheus exporter gives them.
 */
export function spanMetrics(): SpanMetrics {
  const registry = new Registry();
  const registers = [registry];
  const calls = new Counter({
    name: 'traces_span_metrics_calls_total',
    help: 'Spans by service, name, kind and status',
    ...{ labelNames, registers },
  });
  const duration = new Histogram({
    name: 'traces_span_metrics_duration_milliseconds',
    help: 'How long the spans took',
    ...{ labelNames, buckets, registers },
  });
  return {
    receive(json) {
      // Only what is counted is looked at, and what is not there counts as unspecified.
      const { resourceSpans = [] } = JSON.parse(json) as Traces;
      for (const { resource, scopeSpans = [] } of resourceSpans) {
        const service_name = serviceOf(resource?.attributes ?? []);
        for (const span of scopeSpans.flatMap(({ spans = [] }) => spans)) {
          const labels = {
            service_name,
            span_name: span.name,
            span_kind: `SPAN_KIND_${kinds[span.kind ?? 0] ?? 'UNSPECIFIED'}`,
            status_code: `STATUS_CODE_${statuses[span.status?.code ?? 0] ?? 'UNSET'}`,
          };
          calls.inc(labels);
          duration.observe(labels, millisecondsOf(span));
        }
      }
    },
    exposition: () => registry.metrics(),
  };
}

function serviceOf(attributes: readonly Attribute[]): string {
  return attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? 'unknown_service';
}

/** Nanoseconds since 1970 are more than a number can hold. */
function millisecondsOf({ startTimeUnixNano, endTimeUnixNano }: Span): number {
  return Math.max(0, Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6);
}
