import { expect, test } from '@jest/globals';
import { readAskForm, type AskForm, type AskProblems } from '../../core/ask-form.ts';
import type { Request } from '../../core/request.ts';

const symptoms = ['connection-errors', 'dns-failures'];
const checkout = { kind: 'named', service: 'checkout', namespace: 'shop' } as const;
const longest = 'a'.repeat(63);

test.each<[string, AskForm, Request]>([
  ['a Service alone', { chosen: 'checkout.shop' }, { subject: checkout, windowSeconds: 1800 }],
  ['a typed one', { typed: ' checkout.shop ' }, { subject: checkout, windowSeconds: 1800 }],
  [
    'a typed one without its namespace',
    { typed: 'checkout' },
    { subject: { kind: 'named', service: 'checkout' }, windowSeconds: 1800 },
  ],
  [
    'the longest names',
    { chosen: `${longest}.${longest}` },
    { subject: { kind: 'named', service: longest, namespace: longest }, windowSeconds: 1800 },
  ],
  [
    'everything',
    {
      chosen: 'checkout.shop',
      typed: '  ',
      destination: 'api.stripe.com:443',
      symptom: 'dns-failures',
      windowSeconds: 86_400,
    },
    {
      subject: checkout,
      destination: { host: 'api.stripe.com', port: 443 },
      symptom: 'dns-failures',
      windowSeconds: 86_400,
    },
  ],
  [
    'what is not offered',
    { chosen: 'checkout.shop', destination: ' ', symptom: 'gone', windowSeconds: 7 },
    { subject: checkout, windowSeconds: 1800 },
  ],
])('%s', (_name, form, request) => {
  expect(readAskForm(form, symptoms)).toEqual({ request });
});

test.each<[string, AskForm, AskProblems]>([
  ['nothing', {}, { typed: 'Choose a Service, or type its name here' }],
  [
    'two Services',
    { chosen: 'checkout.shop', typed: 'cart' },
    { typed: 'Choose a Service or type one, not both' },
  ],
  [
    'mistakes everywhere',
    { typed: 'check out', destination: 'api:0' },
    {
      typed: 'Unexpected "check out", expected a Service, as in checkout or checkout.shop',
      destination:
        'Unexpected "api:0", expected a host or Service with an optional port from 1 to 65535, as in api.example.com:443',
    },
  ],
])('%s is said beside the fields', (_name, form, problems) => {
  expect(readAskForm(form, symptoms)).toEqual({ problems });
});
