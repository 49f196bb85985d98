import { describe, expect, test } from '@jest/globals';
import { aboutMessage, type About } from '../../../core/alerts/about.ts';
import { shippedLibrary } from '../../support/playbooks.ts';
import { known } from '../../support/alert-faults.ts';

const { symptoms } = shippedLibrary();
const about = (message: unknown, beside: readonly string[] = ['ops'], spoken = ''): About =>
  aboutMessage(message, { symptoms, known, spoken, beside });

const incident = 'https://example.pagerduty.com/incidents/Q2E7MG6P1H0D3P';
const pagerDuty = {
  bot_id: 'B0PAGER',
  username: 'PagerDuty',
  text: `:red_circle: *<${incident}|[FIRING:1] HighErrorRate (checkout shop critical)>*`,
};

describe('an alert', () => {
  test('names the Service and the symptom', () => {
    expect(about(pagerDuty)).toEqual({
      subject: { kind: 'named', service: 'checkout', namespace: 'shop' },
      symptom: 'connection-errors',
    });
  });

  test('that is over may be looked into, too', () => {
    const text = pagerDuty.text.replace('red', 'large_green').replace('FIRING:1', 'RESOLVED');
    expect(about({ ...pagerDuty, text }).subject).toMatchObject({ service: 'checkout' });
  });

  test('that may mean several names them first', () => {
    const text = '[FIRING:1] HighErrorRate\nservice: payments';
    expect(about({ bot_id: 'B0', text })).toEqual({
      subject: { kind: 'mentioned', texts: ['payments.shop payments.billing', text, 'ops'] },
      symptom: 'connection-errors',
    });
  });

  test('that names nothing is what it says', () => {
    const text = '[FIRING:1] HighErrorRate';
    expect(about({ bot_id: 'B0', text }).subject).toEqual({ kind: 'mentioned', texts: [text, 'ops'] });
  });
});

describe('what anybody else says', () => {
  test('is looked through, without markup', () => {
    const text = '<@U0BOB> *checkout* is <https://x.example|down> &amp; out';
    expect(about({ user: 'U0ALICE', text }).subject).toEqual({
      kind: 'mentioned',
      texts: ['checkout is down & out', 'ops'],
    });
  });

  test('in blocks and attachments, too', () => {
    const message = {
      bot_id: 'B0',
      text: '',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Deploy of' }, fields: [] }],
      attachments: [{ title: 'cart', text: 'v2 is out', fields: [{ title: 'By', value: 'carol' }] }],
    };
    expect(about(message).subject).toEqual({
      kind: 'mentioned',
      texts: ['Deploy of', 'cart\nv2 is out\nBy: carol', 'ops'],
    });
  });

  test('nothing at all leaves what was said beside it', () => {
    expect(about(undefined, ['is it cart?', 'ops']).subject).toEqual({
      kind: 'mentioned',
      texts: ['is it cart?', 'ops'],
    });
    expect(about('?', ['', ' '])).toEqual({ subject: { kind: 'mentioned', texts: [] } });
  });
});

describe('the words of who points at it', () => {
  test('count first where they name a Service', () => {
    const spoken = ' what about payments? ';
    expect(about(pagerDuty, ['ops'], spoken)).toEqual({
      subject: { kind: 'mentioned', texts: ['what about payments?'] },
    });
  });

  test('count last where they name none', () => {
    expect(about(pagerDuty, ['ops'], 'any idea?').subject).toMatchObject({ service: 'checkout' });
    expect(about({ user: 'U0', text: 'cart is slow' }, ['ops'], 'any idea?').subject).toEqual({
      kind: 'mentioned',
      texts: ['cart is slow', 'any idea?', 'ops'],
    });
  });
});
