import axios, { AxiosError, type AxiosInstance } from 'axios';
import * as z from 'zod';
import { formatDuration } from '../../core/duration.ts';
import type { Series, UnavailableReason } from '../../core/evidence.ts';
import { formatValue } from '../../core/format.ts';
import { CannotLook, type MetricsReader } from '../ports.ts';

/** The Prometheus HTTP API answers numbers as strings: https://prometheus.io/docs/prometheus/latest/querying/api/ */
const sample = z.tuple([z.number(), z.string().transform((text) => Number(text.replace('Inf', 'Infinity')))]);
const metric = z.record(z.string(), z.string());

const Answer = z.object({
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric, value: sample })) }),
    z.object({
      resultType: z.literal('matrix'),
      result: z.array(z.object({ metric, values: z.array(sample) })),
    }),
    z.object({ resultType: z.literal('scalar'), result: sample }),
  ]),
});

const Refusal = z.object({ errorType: z.string().optional(), error: z.string() });

export interface PrometheusOptions {
  readonly url: string;
  /** Where people open Prometheus; `url` unless told otherwise. */
  readonly externalUrl?: string;
  /** At most this much of an answer is read: a query that selects the world must not fill the worker. */
  readonly maxAnswerBytes?: number;
}

const defaultMaxAnswerBytes = 32_000_000;

export function createMetricsReader({
  url,
  externalUrl,
  maxAnswerBytes = defaultMaxAnswerBytes,
}: PrometheusOptions): MetricsReader {
  const base = new URL(url);
  const { username, password } = base;
  base.username = base.password = '';
  const http = axios.create({
    baseURL: base.href,
    maxContentLength: maxAnswerBytes,
    proxy: false,
    ...(username !== '' && {
      auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) },
    }),
  });
  // A link is shown to people: it never carries a password.
  const shown = new URL(externalUrl ?? base.href);
  shown.username = shown.password = '';

  return {
    instant: (query, at, signal) => ask(http, 'query', { query, time: String(at) }, signal),
    range: (query, { from, to }, step, signal) =>
      ask(http, 'query_range', { query, start: String(from), end: String(to), step: String(step) }, signal),
    link(query, { from, to }) {
      const page = new URL('graph', shown.href.endsWith('/') ? shown : `${shown.href}/`);
      page.searchParams.set('g0.expr', query);
      page.searchParams.set('g0.tab', '0');
      page.searchParams.set('g0.range_input', formatDuration(Math.round(to - from)));
      page.searchParams.set('g0.end_input', new Date(to * 1000).toISOString().slice(0, 19).replace('T', ' '));
      return page.href;
    },
  };
}

async function ask(
  http: AxiosInstance,
  path: string,
  params: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly Series[]> {
  try {
    // POST, because a regex over many pods makes a longer query than a URL may be.
    const { data } = await http.post<unknown>(`api/v1/${path}`, new URLSearchParams(params), { signal });
    return seriesOf(Answer.parse(data));
  } catch (error) {
    throw explain(error, signal);
  }
}

function seriesOf({ data }: z.infer<typeof Answer>): readonly Series[] {
  switch (data.resultType) {
    case 'vector':
      return data.result.map(({ metric: labels, value }) => ({ labels, points: [value] }));
    case 'matrix':
      return data.result.map(({ metric: labels, values }) => ({ labels, points: values }));
    case 'scalar':
      return [{ labels: {}, points: [data.result] }];
  }
}

function explain(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof z.ZodError) {
    return cannot('rejected', 'what answers at PROMETHEUS_URL is not the Prometheus API', error);
  }
  if (signal.aborted) return cannot('timed-out', 'Prometheus did not answer in time', error);
  if (!(error instanceof AxiosError)) return error;
  const { response, code, config, message } = error;
  if (message.startsWith('maxContentLength')) {
    const size = formatValue(config?.maxContentLength ?? 0, 'bytes');
    return cannot('rejected', `Prometheus answered more than ${size}`, error);
  }
  if (response === undefined) {
    return cannot('unreachable', `Prometheus could not be reached (${code ?? message})`, error);
  }
  const { status } = response;
  if (status < 300) return cannot('unreachable', 'Prometheus broke off its answer', error);
  const said = Refusal.safeParse(response.data);
  const detail = `Prometheus answered ${status}${said.success ? `: ${said.data.error}` : ''}`;
  return cannot(reasonOf(status, said.data?.errorType), detail, error);
}

/** 503 is both: a query that ran out of time (it says so), and a Prometheus or proxy that is not ready. */
function reasonOf(status: number, errorType: string | undefined): UnavailableReason {
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 504 || errorType === 'timeout') return 'timed-out';
  return status === 429 || status >= 500 ? 'unreachable' : 'rejected';
}

function cannot(reason: UnavailableReason, detail: string, cause: unknown): CannotLook {
  return new CannotLook({ reason, detail }, { cause });
}
