/** What alert bots post, as the body of `/control/bot-message`. */
export interface AlertSample {
  readonly bot: { readonly id: string; readonly app_id: string; readonly name: string };
  readonly text?: string;
  readonly blocks?: readonly object[];
  readonly attachments?: readonly object[];
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });

/** By Alertmanager's and Grafana's own templates, and as PagerDuty's app writes. */
export const alertSamples: readonly AlertSample[] = [
  {
    bot: { id: 'B0ALERTMANAGER', app_id: 'A0ALERTMANAGER', name: 'Alertmanager' },
    attachments: [
      {
        color: 'danger',
        fallback: '[FIRING:1] CheckoutConnectTimeouts (shop checkout critical)',
        title: '[FIRING:1] CheckoutConnectTimeouts (shop checkout critical)',
        title_link: 'http://alertmanager.example:9093/#/alerts?receiver=slack',
        text: 'Labels:\n - alertname = CheckoutConnectTimeouts\n - namespace = shop\n - service = checkout\n - severity = critical\nAnnotations:\n - summary = Connects to checkout time out',
      },
    ],
  },
  {
    bot: { id: 'B0PAGERDUTY', app_id: 'A0PAGERDUTY', name: 'PagerDuty' },
    text: 'Triggered #4711 PaymentsErrorRate',
    blocks: [
      section(
        ':red_circle: *<https://acme.pagerduty.com/incidents/Q1PAYMENTS|[FIRING:1] PaymentsErrorRate (shop payments)>*',
      ),
      section('payments.shop answers with 502\n:tornado: *Urgency:* High\n*Service:* Payments'),
    ],
  },
  {
    bot: { id: 'B0GRAFANA', app_id: 'A0GRAFANA', name: 'Grafana' },
    attachments: [
      {
        color: '#D63232',
        fallback: '[FIRING:1] CartRefusesConnections (shop cart)',
        title: '[FIRING:1] CartRefusesConnections (shop cart)',
        title_link: 'https://grafana.example/alerting/list',
        text: '**Firing**\n\nLabels:\n - alertname = CartRefusesConnections\n - namespace = shop\n - service = cart\nAnnotations:\n - summary = connection refused by cart',
        footer: 'Grafana v12.2.0',
      },
    ],
  },
];
