import type { PostedAlert } from './alertmanager.ts';

const namespaces = ['shop', 'platform', 'payments', 'search'];
const alertNames = [
  'HighErrorRate',
  'SlowRequests',
  'TargetDown',
  'ProbeFailure',
  'ConnectionResets',
  'DNSFailures',
  'PodCrashLooping',
  'SLOBurnRateHigh',
];

export interface StormService {
  readonly namespace: string;
  readonly service: string;
}

/** So many Services, `svc-01.shop` and on, in four namespaces. */
export function stormServices(count: number): readonly StormService[] {
  return Array.from({ length: count }, (_, at) => ({
    namespace: namespaces[at % namespaces.length] ?? '',
    service: `svc-${String(at + 1).padStart(2, '0')}`,
  }));
}

/** What a cluster of them is made of: Services whose pods are gone, which a look at their endpoints finds out. */
export function stormManifests(services: readonly StormService[]): readonly string[] {
  const used = [...new Set(services.map(({ namespace }) => namespace))];
  return [
    ...used.map((name) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`),
    ...services.map(
      ({ namespace, service }) => `
apiVersion: v1
kind: Service
metadata: { name: ${service}, namespace: ${namespace} }
spec: { selector: { app: ${service} }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
`,
    ),
  ];
}

/** So many different alerts, spread over the Services, each firing since `at` (unix milliseconds). */
export function stormAlerts(
  count: number,
  services: readonly StormService[],
  at: number,
): readonly PostedAlert[] {
  return Array.from({ length: count }, (_, nth) => {
    const { namespace = '', service = '' } = services[nth % services.length] ?? {};
    const round = Math.floor(nth / services.length);
    const alertname = alertNames[round % alertNames.length] ?? '';
    return {
      labels: {
        alertname,
        severity: round % 3 === 0 ? 'critical' : 'warning',
        namespace,
        service,
        pod: `${service}-${round}`,
      },
      annotations: { summary: `${alertname} on ${service}: clients see errors` },
      startsAt: new Date(at).toISOString(),
    };
  });
}

/** The same alerts, over since `at` (unix milliseconds). */
export function resolvedAt(alerts: readonly PostedAlert[], at: number): readonly PostedAlert[] {
  return alerts.map((alert) => ({ ...alert, endsAt: new Date(at).toISOString() }));
}
