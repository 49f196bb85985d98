import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

const Service = z.object({
  kind: z.literal('Service'),
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({
    selector: z.record(z.string(), z.string()),
    ports: z.array(z.object({ targetPort: z.union([z.number(), z.string()]).optional() })),
  }),
});

type Service = z.infer<typeof Service>;

/** A Service with an empty selector selects nothing. */
const reachesPods = ({ spec }: Service, app: string): boolean => isDeepStrictEqual(spec.selector, { app });

const reachesPort = ({ spec }: Service): boolean =>
  spec.ports.every(({ targetPort }) => targetPort === 8080 || targetPort === 'http');

const repairs: Readonly<Record<string, (service: Service) => boolean>> = {
  'shop/cart': (service) => reachesPods(service, 'cart-v2'),
  'shop/payments': reachesPort,
};

/** The service that recovers when an object of the cluster becomes like this: a Service that now leads to its pods. */
export function healedBy(object: unknown): string | undefined {
  const { success, data } = Service.safeParse(object);
  if (!success) {
    return undefined;
  }
  const { namespace, name } = data.metadata;
  return repairs[`${namespace}/${name}`]?.(data) === true ? name : undefined;
}
