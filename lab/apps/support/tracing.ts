import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import { now } from './now.ts';

interface SpanOptions {
  readonly kind?: SpanKind;
  readonly parent?: Span;
  /** Milliseconds since 1970; now where it is left out. */
  readonly startedAt?: number;
  readonly attributes?: Attributes;
}

export type StartSpan = (name: string, options?: SpanOptions) => Span;

/** Spans of a service, sent to a collector every second, as OTLP over HTTP; without a collector they go nowhere. */
export function tracing(service: string, collector: string | undefined): StartSpan {
  const spanProcessors =
    collector === undefined
      ? []
      : [
          new BatchSpanProcessor({
            exporter: new OTLPTraceExporter({ url: `${collector}/v1/traces` }),
            scheduledDelayMillis: 1000,
          }),
        ];
  const resource = resourceFromAttributes({ [ATTR_SERVICE_NAME]: service });
  const tracer = new TracerProvider({ resource, spanProcessors }).getTracer('app');
  return (name, { kind = SpanKind.INTERNAL, parent, startedAt = now(), attributes = {} } = {}) => {
    const context: Context = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
    return tracer.startSpan(name, { kind, attributes, startTime: startedAt }, context);
  };
}

/** Ends a span, as an error if there is one. */
export function endSpan(span: Span, error: string | undefined, endedAt = now()): void {
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
  span.end(endedAt);
}
