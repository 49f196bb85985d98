import { expect, test } from '@jest/globals';
import { matchServices } from '../../core/directory.ts';
import { nameOf } from '../../core/target.ts';
import { known } from '../support/alert-faults.ts';

const found = (typed: string, limit = 100): string[] => matchServices(known, typed, limit).map(nameOf);

test.each<[string, string[]]>([
  ['che', ['checkout-db.shop', 'checkout.shop']],
  [' API', ['api.billing', 'api.search']],
  ['pay', ['payments.billing', 'payments.shop']],
  ['payments.s', ['payments.shop']],
  ['zzz', []],
])('"%s"', (typed, names) => {
  expect(found(typed)).toEqual(names);
});

test('what begins with it comes before what holds it', () => {
  expect(found('db')).toEqual(['checkout-db.shop']);
  expect(found('in')).toEqual([
    'indexer.search',
    'ingress-nginx-controller.ingress-nginx',
    'invoices.billing',
    'api.billing',
    'grafana.monitoring',
    'kube-state-metrics.monitoring',
    'node-exporter.monitoring',
    'payments.billing',
    'prometheus-k8s.monitoring',
  ]);
});

test('nothing typed yet is all of them, as many as there may be', () => {
  expect(found('')).toHaveLength(known.length);
  expect(found('', 3)).toEqual([...known].map(nameOf).sort().slice(0, 3));
});
