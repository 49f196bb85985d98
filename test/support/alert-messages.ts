import type { Candidate } from '../../core/target.ts';
import { faults, noise, services, type Fault } from './alert-faults.ts';

/** What an alert arrives as. */
export type Delivery =
  { readonly via: 'slack'; readonly message: unknown } | { readonly via: 'webhook'; readonly body: unknown };

export interface Sample {
  readonly name: string;
  readonly delivery: Delivery;
  readonly status: 'firing' | 'resolved';
  /** More than one where the alert cannot tell them apart. */
  readonly expected: readonly Candidate[];
  readonly symptom?: string;
}

interface Case {
  readonly fault: Fault;
  readonly target: Candidate;
  readonly other: Candidate;
  readonly noise: Readonly<Record<string, string>>;
  readonly id: number;
}

type Labels = Readonly<Record<string, string>>;
interface Format {
  readonly status?: 'resolved';
  /** The message names the Service and not its namespace. */
  readonly bare?: true;
  /** The message is about both. */
  readonly both?: true;
  /** The message says no more than its title: what only the summary knows is not in it. */
  readonly terse?: true;
  readonly make: (one: Case) => Delivery;
}

const bot = (rest: object): Delivery => ({
  via: 'slack',
  message: {
    type: 'message',
    subtype: 'bot_message',
    bot_id: 'B0ALERTS',
    ts: '1767225600.000100',
    text: '',
    ...rest,
  },
});

const labelsOf = ({ fault, target, noise: beside }: Case): Labels => ({
  ...beside,
  alertname: fault.alertname,
  namespace: target.namespace,
  service: target.service,
});

const sorted = (labels: Labels): [string, string][] =>
  Object.entries(labels).sort(([a], [b]) =>
    a === 'alertname' ? -1 : b === 'alertname' ? 1 : a < b ? -1 : 1,
  );

/** Alertmanager's `__subject`. */
function subject(status: string, labels: Labels, groupBy: readonly string[]): string {
  const grouped = sorted(labels).filter(([name]) => groupBy.includes(name));
  const rest = sorted(labels).filter(([name]) => !groupBy.includes(name));
  const values = (pairs: [string, string][]): string => pairs.map(([, value]) => value).join(' ');
  return `[${status}] ${values(grouped)} (${values(rest)})`;
}

const alertmanager = (title: string, text = ''): Delivery =>
  bot({
    username: 'AlertManager',
    attachments: [
      {
        id: 1,
        title,
        title_link: 'http://alertmanager.monitoring:9093/#/alerts?receiver=slack',
        text,
        fallback: `${title} | http://alertmanager.monitoring:9093/#/alerts?receiver=slack`,
        color: title.startsWith('[FIRING') ? 'a30200' : '2eb886',
      },
    ],
  });

const grafanaAlert = (labels: Labels, summary: string): string =>
  `\nValue: A=0.124, C=1\nLabels:\n${sorted(labels)
    .map(([name, value]) => ` - ${name} = ${value}\n`)
    .join(
      '',
    )}Annotations:\n - runbook_url = https://wiki.example.com/oncall/start\n - summary = ${summary}\n` +
  'Source: https://grafana.example.com/alerting/grafana/d3f/view?orgId=1\n' +
  'Silence: https://grafana.example.com/alerting/silence/new?alertmanager=grafana&amp;matcher=service%3Dcart\n';

const grafana = (title: string, text: string): Delivery =>
  bot({
    username: 'Grafana',
    attachments: [
      {
        title,
        title_link: 'https://grafana.example.com/alerting/list',
        text,
        fallback: title,
        footer: 'Grafana v12.1.0',
        color: '#D63232',
      },
    ],
  });

const pagerDuty = (circle: string, title: string, service: string, id: number): Delivery =>
  bot({
    bot_profile: { name: 'PagerDuty' },
    text: 'An incident',
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: `:${circle}: *<https://example.pagerduty.com/incidents/Q2E7MG${id}|${title}>*\n:label: *Incident type:* Base Incident\n:tornado: *Urgency:* High`,
        },
      },
      {
        type: 'section',
        fields: [
          { type: 'mrkdwn', text: '*Assigned:*\n<@U0ANNA>' },
          { type: 'mrkdwn', text: `*Service:*\n<https://example.pagerduty.com/services/P1|${service}>` },
        ],
      },
      { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Acknowledge' } }] },
    ],
  });

const datadog = (title: string, text: string, id: number): Delivery =>
  bot({
    username: 'Datadog',
    attachments: [
      {
        title,
        title_link: `https://app.datadoghq.eu/monitors/10766${id}?group=x&amp;event_id=8673998524189468284`,
        text,
        fallback: title,
        color: 'a30200',
      },
    ],
  });

const opsgenie = (above: string, title: string, tags: string, id: number): Delivery =>
  bot({
    username: 'Opsgenie',
    text: above,
    attachments: [
      {
        title: `#${id}: ${title}`,
        title_link: `https://example.app.opsgenie.com/alert/detail/a6f295c8-9518-4427-a4ff-00000000${id}/details`,
        fallback: title,
        fields: [
          { title: 'Priority', value: 'P2', short: true },
          { title: 'Tags', value: tags, short: true },
          { title: 'Routed Teams', value: 'platform-web', short: true },
        ],
      },
    ],
  });

const webhook = (alerts: readonly Labels[], { fault, target }: Case, status = 'firing'): Delivery => ({
  via: 'webhook',
  body: {
    version: '4',
    groupKey: `{}:{alertname="${fault.alertname}"}`,
    truncatedAlerts: 0,
    status,
    receiver: 'netcheck',
    groupLabels: { alertname: fault.alertname },
    commonLabels: { alertname: fault.alertname },
    commonAnnotations: {},
    externalURL: 'http://alertmanager.monitoring:9093',
    alerts: alerts.map((labels, index) => ({
      status,
      labels,
      annotations: { summary: fault.summary(target.service) },
      startsAt: '2026-01-01T00:00:00.5Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus-k8s.monitoring:9090/graph?g0.expr=up',
      fingerprint: `c0ffee${index}`,
    })),
  },
});

const byService = ['alertname', 'namespace', 'service'];

const formats: Readonly<Record<string, Format>> = {
  'alertmanager, grouped by service': {
    terse: true,
    make: (one) => alertmanager(subject('FIRING:2', labelsOf(one), byService)),
  },
  'alertmanager, grouped by name': {
    terse: true,
    make: (one) => alertmanager(subject('FIRING:1', labelsOf(one), ['alertname'])),
  },
  'alertmanager, grouped by all but the name': {
    terse: true,
    make: (one) => alertmanager(subject('FIRING:3', labelsOf(one), ['namespace', 'service'])),
  },
  'alertmanager, cut off': {
    make: (one) =>
      alertmanager(
        `${subject('FIRING:7', labelsOf(one), byService).slice(0, 78)}…`,
        `${one.fault.summary(one.target.service)}. More: ...`,
      ),
  },
  'alertmanager, resolved': {
    status: 'resolved',
    terse: true,
    make: (one) => alertmanager(subject('RESOLVED', labelsOf(one), byService)),
  },
  "alertmanager, a team's template": {
    make: (one) =>
      alertmanager(
        `:fire: [FIRING:1] ${one.fault.alertname}`,
        `*Alert:* ${one.fault.summary(one.target.service)}\n*Graph:* <http://prometheus-k8s.monitoring:9090/graph|:chart:> *Runbook:* <https://wiki.example.com/x|:notebook:>\n*Details:*\n${sorted(
          labelsOf(one),
        )
          .map(([name, value]) => `• *${name}:* \`${value}\``)
          .join('\n')}`,
      ),
  },
  'alertmanager, blames another below': {
    make: (one) =>
      alertmanager(
        subject('FIRING:1', labelsOf(one), byService),
        `${one.fault.summary(one.target.service)}. Perhaps ${one.other.service} of ${one.other.namespace} is to blame, see <https://app.datadoghq.com/dashboard/abc|its dashboard>`,
      ),
  },
  grafana: {
    make: (one) =>
      grafana(
        subject('FIRING:1', labelsOf(one), ['alertname', 'grafana_folder']),
        `**Firing**\n${grafanaAlert(labelsOf(one), one.fault.summary(one.target.service))}`,
      ),
  },
  'grafana, pods of one service': {
    make: (one) =>
      grafana(
        `[FIRING:2, RESOLVED:1] ${one.fault.title} Network`,
        `**Firing**\n${['x7k2p', 'b4r8s']
          .map((pod) =>
            grafanaAlert(
              {
                ...labelsOf(one),
                alertname: one.fault.title,
                pod: `${one.target.service}-7d9f8b6c5d-${pod}`,
              },
              one.fault.summary(one.target.service),
            ),
          )
          .join(
            '',
          )}\n\n**Resolved**\n${grafanaAlert({ ...labelsOf(one), service: one.other.service }, 'over')}`,
      ),
  },
  'grafana, two services': {
    both: true,
    make: (one) =>
      grafana(
        `[FIRING:2] ${one.fault.alertname} (critical)`,
        `**Firing**\n${[one.target, one.other]
          .map((target) => grafanaAlert(labelsOf({ ...one, target }), one.fault.summary(target.service)))
          .join('')}`,
      ),
  },
  'pagerduty, of alertmanager': {
    terse: true,
    make: (one) =>
      pagerDuty('red_circle', subject('FIRING:1', labelsOf(one), byService), 'Production (Europe)', one.id),
  },
  'pagerduty, a service by its name': {
    bare: true,
    terse: true,
    make: (one) =>
      pagerDuty('red_circle', `${one.fault.title} &amp; rising`, `Prod - ${one.target.service}`, one.id),
  },
  'pagerduty, resolved': {
    status: 'resolved',
    terse: true,
    make: (one) =>
      pagerDuty(
        'large_green_circle',
        `${one.fault.title}: ${one.target.namespace}/${one.target.service}`,
        'Prod',
        one.id,
      ),
  },
  'datadog, of a group': {
    make: (one) =>
      datadog(
        `Triggered: ${one.fault.title} on kube_namespace:${one.target.namespace},service:${one.target.service}`,
        `@slack-alerts\n\n${one.fault.summary(one.target.service)}\n\nMetric value: 0.124`,
        one.id,
      ),
  },
  'datadog, tags in its title': {
    terse: true,
    make: (one) =>
      datadog(
        `[P2] [Triggered on {env:prod,kube_deployment:${one.target.service},kube_namespace:${one.target.namespace}}] ${one.fault.title}`,
        'The monitor was last triggered at Thu Aug 26 2021 19:05:52 UTC.',
        one.id,
      ),
  },
  'datadog, a name in its title': {
    bare: true,
    terse: true,
    make: (one) => datadog(`Warn: ${one.fault.title} on ${one.target.service} in prod`, '', one.id),
  },
  'datadog, recovered': {
    status: 'resolved',
    terse: true,
    make: (one) =>
      datadog(
        `Recovered: ${one.fault.title}`,
        `Tags: env:prod, service:${one.target.service}, kube_namespace:${one.target.namespace}, team:web`,
        one.id,
      ),
  },
  'opsgenie, of alertmanager': {
    terse: true,
    make: (one) =>
      opsgenie(
        'New alert created via Prometheus',
        subject('FIRING:1', labelsOf(one), byService),
        'prod, page',
        one.id,
      ),
  },
  'opsgenie, closed': {
    status: 'resolved',
    terse: true,
    make: (one) =>
      opsgenie(
        `Alert API closed alert #${one.id}`,
        one.fault.title,
        `service:${one.target.service}, namespace:${one.target.namespace}`,
        one.id,
      ),
  },
  'webhook, of kube-state-metrics': {
    make: (one) =>
      webhook(
        [
          {
            ...one.noise,
            alertname: one.fault.alertname,
            job: 'kube-state-metrics',
            service: 'kube-state-metrics',
            container: 'kube-state-metrics',
            namespace: one.target.namespace,
            deployment: one.target.service,
          },
        ],
        one,
      ),
  },
  'webhook, of an ingress': {
    make: (one) =>
      webhook(
        [
          {
            ...one.noise,
            alertname: one.fault.alertname,
            service: 'ingress-nginx-controller',
            namespace: 'ingress-nginx',
            exported_service: one.target.service,
            exported_namespace: one.target.namespace,
            ingress: 'public',
          },
        ],
        one,
        'firing',
      ),
  },
  'webhook, of a mesh': {
    make: (one) =>
      webhook(
        [
          {
            ...one.noise,
            alertname: one.fault.alertname,
            app: 'web',
            namespace: 'platform',
            destination_service: `${one.target.service}.${one.target.namespace}.svc.cluster.local`,
            reporter: 'source',
          },
        ],
        one,
      ),
  },
  'webhook, of a pod': {
    make: (one) =>
      webhook(
        [
          {
            severity: 'page',
            alertname: one.fault.alertname,
            namespace: one.target.namespace,
            pod: `${one.target.service}-7d9f8b6c5d-x7k2p`,
            job: `${one.target.namespace}/applications`,
          },
        ],
        one,
      ),
  },
  'webhook, a URL in its summary': {
    make: (one) => {
      const summary = `probe of http://${one.target.service}.${one.target.namespace}.svc.cluster.local:8080/healthz failed; ${one.fault.summary('it')}`;
      return webhook(
        [
          {
            severity: 'page',
            alertname: one.fault.alertname,
            job: 'blackbox-exporter',
            namespace: 'monitoring',
          },
        ],
        { ...one, fault: { ...one.fault, summary: () => summary } },
      );
    },
  },
};

/** Which of a list, the same every time, and not in step with the other lists. */
function pick<T>(list: readonly T[], at: number): T {
  const one = list[at % list.length];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

/** `count` messages, every format with ever different Services, faults and noise. */
export function alertSamples(count: number): Sample[] {
  const names = Object.keys(formats);
  return Array.from({ length: count }, (_, id) => {
    const round = Math.floor(id / names.length);
    const name = pick(names, id);
    const format = formats[name];
    if (format === undefined) throw new Error(`no format ${name}`);
    const target = pick(services, id * 7 + round * 3);
    const other = pick(
      services.filter(
        ({ service }) =>
          service !== target.service &&
          !service.includes(target.service) &&
          !target.service.includes(service),
      ),
      id + 5,
    );
    const one: Case = {
      fault: pick(faults, id * 3 + round),
      target,
      other,
      noise: pick(noise, id + round),
      id,
    };
    return sampleOf(name, format, one);
  });
}

function sampleOf(name: string, format: Format, one: Case): Sample {
  const { fault, target, other } = one;
  const alike = services.filter(({ service }) => service === target.service);
  const titled = fault.alertname !== 'JobQueueStuck' || format.terse !== true;
  return {
    name: `${one.id} ${name}: ${fault.alertname} of ${target.service}.${target.namespace}`,
    delivery: format.make(one),
    status: format.status ?? 'firing',
    expected: format.both === true ? [target, other] : format.bare === true ? alike : [target],
    ...(titled && fault.symptom !== undefined && { symptom: fault.symptom }),
  };
}
