import { expect, test } from '@jest/globals';
import { readSlackAlert } from '../../../core/alerts/slack-message.ts';
import { alertSamples } from '../../../sim/slack/page/alert-samples.ts';
import { startSlack } from '../../../sim/slack/start-slack.ts';

test('each sample is one that Slack takes and netcheck knows', async () => {
  const slack = await startSlack();
  for (const sample of alertSamples) slack.control.botMessage({ ...sample, channel: 'ops' });
  expect(slack.control.messages('ops').map(readSlackAlert)).toMatchObject([
    { source: 'alertmanager', name: 'CheckoutConnectTimeouts', labels: { service: 'checkout' } },
    { source: 'pagerduty', name: 'PaymentsErrorRate' },
    { source: 'grafana', name: 'CartRefusesConnections', labels: { service: 'cart' } },
  ]);
  await slack.close();
});
