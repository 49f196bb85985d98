/** Messages of a busy channel that are no alerts, however much they sound like it. */
const said: readonly string[] = [
  'is checkout down for anyone else?',
  'checkout.shop throws 503s since the deploy, looking',
  '[FIRING:1] HighErrorRate (checkout shop critical)',
  'did anyone see `[FIRING:2] HighErrorRate` last night? went away by itself',
  'Triggered: High error rate on checkout - that one again :sob:',
  'RESOLVED: it was my VPN',
  'https://example.pagerduty.com/incidents/Q2E7MG6P1H0D3P who has this?',
  ':red_circle: *<https://example.pagerduty.com/incidents/Q2E7MG|High error rate>* is on me',
  'the alert for payments is flapping, can we raise the threshold to 5%?',
  '<@U0ANNA> can you ack <https://app.datadoghq.com/monitors/12345|this monitor>?',
  'rolling back payments in shop',
  'lgtm, ship it',
  'FIRING: the intern (just kidding)',
  '/netcheck checkout since 1h',
  'dns in prod is slow again, EAI_AGAIN all over the place',
  'postmortem is at <https://docs.example.com/pm|the usual place>',
  'I closed #123 in opsgenie, it was the same thing',
  'Recovered: thanks everyone',
  'P2 or P3? customers see 502',
  'lunch?',
];

const bots: readonly (readonly [name: string, message: object])[] = [
  ['Argo CD', { text: ':white_check_mark: Application checkout has been successfully synced to shop' }],
  [
    'Argo CD',
    {
      attachments: [
        {
          title: 'checkout',
          title_link: 'https://argocd.example.com/applications/checkout',
          text: 'Sync status: Synced',
          color: '#18be52',
          fields: [{ title: 'Namespace', value: 'shop' }],
        },
      ],
    },
  ],
  [
    'GitHub',
    { text: 'anna merged pull request <https://github.com/example/checkout/pull/17|#17: Retry on 503>' },
  ],
  [
    'GitHub',
    {
      attachments: [
        {
          fallback: '[example/checkout] Issue opened: #18 TLS handshake timeout',
          title: '#18 TLS handshake timeout',
          title_link: 'https://github.com/example/checkout/issues/18',
        },
      ],
    },
  ],
  ['GitHub', { attachments: [{ title: '[checkout] Workflow failed', text: 'build triggered on {main}' }] }],
  [
    'Jenkins',
    {
      attachments: [
        {
          fallback: 'checkout » main - #812 Failure after 4 min',
          text: 'checkout » main - #812 Failure after 4 min (<https://ci.example.com/812|Open>)',
          color: 'danger',
        },
      ],
    },
  ],
  ['CircleCI', { text: 'Triggered: workflow deploy-checkout on main' }],
  [
    'GitLab',
    {
      attachments: [
        {
          text: 'Pipeline <https://gitlab.example.com/shop/checkout/-/pipelines/1|#1> of branch main has failed',
        },
      ],
    },
  ],
  [
    'PagerDuty',
    {
      text: ':large_yellow_circle: *<https://example.pagerduty.com/incidents/Q2E7MG6P1H0D3P|[FIRING:1] HighErrorRate (checkout shop)>*',
    },
  ],
  [
    'PagerDuty',
    { text: 'Anna Kay acknowledged <https://example.pagerduty.com/incidents/Q2E7MG6P1H0D3P|#123>' },
  ],
  [
    'PagerDuty',
    {
      text: 'Anna Kay added a note to <https://example.pagerduty.com/incidents/Q2E7MG6P1H0D3P|#123>: rolled back',
    },
  ],
  ['PagerDuty', { text: '<@U0ANNA> is now on call for Production' }],
  [
    'Opsgenie',
    {
      text: 'Anna Kay acknowledged alert',
      attachments: [
        {
          title: '#12: [FIRING:1] HighErrorRate (checkout shop)',
          title_link:
            'https://example.app.opsgenie.com/alert/detail/a6f295c8-9518-4427-a4ff-000000000001/details',
          fields: [{ title: 'Priority', value: 'P2' }],
        },
      ],
    },
  ],
  [
    'Opsgenie',
    {
      text: 'Anna Kay added note "rolled back" to alert',
      attachments: [
        {
          title: '#12: High error rate',
          title_link:
            'https://example.app.opsgenie.com/alert/detail/a6f295c8-9518-4427-a4ff-000000000001/details',
        },
      ],
    },
  ],
  ['Opsgenie', { text: 'Anna Kay is on call until 18:00' }],
  [
    'Datadog',
    {
      attachments: [
        {
          title: 'Monitor "High error rate" was muted by anna',
          title_link: 'https://app.datadoghq.com/monitors/12345',
          text: '',
        },
      ],
    },
  ],
  [
    'Datadog',
    {
      attachments: [
        {
          title: 'Daily digest',
          title_link: 'https://app.datadoghq.com/dashboard/abc',
          text: '3 monitors triggered yesterday',
        },
      ],
    },
  ],
  [
    'Grafana',
    {
      attachments: [
        {
          title: 'Checkout overview',
          title_link: 'https://grafana.example.com/d/abcd',
          image_url: 'https://grafana.example.com/render/x.png',
        },
      ],
    },
  ],
  ['AlertManager', { text: 'Silence created by anna for HighErrorRate until 18:00' }],
  ['Statuspage', { text: '*Investigating*: elevated error rates on checkout' }],
  [
    'Jira',
    {
      attachments: [
        {
          title: 'SHOP-12 checkout answers 503',
          title_link: 'https://jira.example.com/browse/SHOP-12',
          fields: [
            { title: 'Status', value: 'Resolved' },
            { title: 'Priority', value: 'P2' },
          ],
        },
      ],
    },
  ],
  ['Standup', { text: 'What did you do yesterday?' }],
  ['Google Calendar', { attachments: [{ title: 'Incident review', text: 'Today from 15:00 to 16:00' }] }],
  ['RSS', { text: '<https://status.example.com/incidents/1|Resolved - Elevated latency in eu-central-1>' }],
  [
    'netcheck',
    {
      text: 'netcheck: checkout.shop · looking it up',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '… *checkout.shop* · looking it up' } }],
    },
  ],
  [
    'netcheck',
    {
      text: 'netcheck: DNS lookups are lost on their way · 12 s',
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: '✓ *DNS lookups are lost on their way* · 12 s' } },
      ],
    },
  ],
  [
    'netcheck',
    {
      text: 'netcheck: which checkout?',
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: 'Which of these?' } },
        {
          type: 'actions',
          elements: [{ type: 'button', text: { type: 'plain_text', text: 'payments.shop' } }],
        },
      ],
    },
  ],
  ['netcheck', { text: 'netcheck: not the network; asked for because of [FIRING:1] HighErrorRate' }],
  ['', {}],
  ['broken', { text: 7, attachments: 'none', blocks: [{ type: 'section' }, null, 3] }],
];

export function chatter(): readonly unknown[] {
  return [
    ...said.map((text) => ({ type: 'message', user: 'U0ANNA', text })),
    ...bots.map(([name, message]) => ({
      type: 'message',
      bot_id: 'B0BOT',
      bot_profile: { name },
      ...message,
    })),
  ];
}
