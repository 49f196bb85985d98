import {
  ApiException,
  type ConfigurationOptions,
  type KubeConfig,
  type RequestContext,
} from '@kubernetes/client-node';
import * as z from 'zod';
import type { UnavailableReason } from '../../core/evidence.ts';
import { CannotLook } from '../ports.ts';

/** Options that carry the signal into the request; the client has no parameter for it. */
export function abortable(config: KubeConfig, signal: AbortSignal): ConfigurationOptions {
  return {
    authMethods: {
      default: {
        getName: () => 'kubeconfig',
        async applySecurityAuthentication(context: RequestContext) {
          await config.applySecurityAuthentication(context);
          context.setSignal(signal);
        },
      },
    },
  };
}

export const notTheApi = 'what answers is not the Kubernetes API';
const Status = z.object({ message: z.string() });

/** Asks the API server; what it refuses, and what keeps it from answering, becomes CannotLook. */
export async function answer<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw explain(error, signal);
  }
}

function explain(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof ApiException) {
    const why = { reason: reasonOf(error.code), detail: messageOf(error) };
    return new CannotLook(why, { cause: error, wasTurnedAway: error.code === 429 });
  }
  if (signal.aborted) return cannot('timed-out', 'the API server did not answer in time', error);
  const code = networkCode(error);
  if (code !== undefined)
    return cannot('unreachable', `the API server could not be reached (${code})`, error);
  // The client reads every answer as JSON, whatever its media type.
  if (Failure.safeParse(error).data?.name === 'SyntaxError') return cannot('rejected', notTheApi, error);
  return error;
}

function reasonOf(code: number): UnavailableReason {
  if (code === 401 || code === 403) return 'forbidden';
  if (code === 404) return 'not-found';
  if (code === 504) return 'timed-out';
  return code === 429 || code >= 500 ? 'unreachable' : 'rejected';
}

/** Kubernetes says what is wrong in a Status object, which arrives parsed or as text; of a 401 the client drops it. */
function messageOf({ code, body }: ApiException<unknown>): string {
  const parsed = typeof body === 'string' ? parseJson(body) : body;
  const status = Status.safeParse(parsed);
  if (status.success) return status.data.message;
  return code === 401
    ? 'the API server does not accept the credentials (401)'
    : `the API server answered ${code}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `fetch` fails with a TypeError; which way is in its cause. */
const Failure = z.object({
  name: z.string().optional(),
  code: z.string().optional(),
  cause: z.object({ code: z.string().optional() }).optional(),
});

function networkCode(error: unknown): string | undefined {
  const { data } = Failure.safeParse(error);
  return data?.cause?.code ?? data?.code;
}

export function cannot(reason: UnavailableReason, detail: string, cause: unknown): CannotLook {
  return new CannotLook({ reason, detail }, { cause });
}
