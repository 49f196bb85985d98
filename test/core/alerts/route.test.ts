import { describe, expect, test } from '@jest/globals';
import type { Alert, Labels } from '../../../core/alerts/alert.ts';
import { routeAlert, type Route, type Routing } from '../../../core/alerts/route.ts';
import { RouteRules } from '../../../core/alerts/rules.ts';
import { shippedLibrary } from '../../support/playbooks.ts';
import { known } from '../../support/alert-faults.ts';

const { symptoms } = shippedLibrary();
const routing: Routing = { rules: [], symptoms, known };

const alertOf = (labels: Labels, texts: readonly string[] = [], rest: Partial<Alert> = {}): Alert => ({
  status: 'firing',
  name: 'SomethingIsWrong',
  labels,
  texts,
  runbooks: [],
  fingerprint: 'x',
  source: 'alertmanager',
  ...rest,
});

const target = (service: string, namespace?: string): Extract<Route, { kind: 'target' }> => ({
  kind: 'target',
  service,
  ...(namespace !== undefined && { namespace }),
});
const unknown: Route = { kind: 'unknown' };
const ambiguous = (...names: string[]): Route => ({
  kind: 'ambiguous',
  candidates: names.map((name) => {
    const [service = '', namespace = ''] = name.split('.');
    return { namespace, service };
  }),
});

describe('routeAlert by labels', () => {
  test.each<[string, Labels, Route]>([
    [
      'the namespace tells two of one name apart',
      { service: 'payments', namespace: 'billing' },
      target('payments', 'billing'),
    ],
    ['without it both are meant', { service: 'payments' }, ambiguous('payments.shop', 'payments.billing')],
    ['a service before an app', { service: 'checkout', app: 'cart' }, target('checkout', 'shop')],
    ['an app before a deployment', { app: 'checkout', deployment: 'cart' }, target('checkout', 'shop')],
    [
      'an app that is there before a service that is not',
      { service: 'frontend', app: 'cart' },
      target('cart', 'shop'),
    ],
    ['a job only if nothing better', { job: 'cart', deployment: 'checkout' }, target('checkout', 'shop')],
    ['a job', { job: 'shop/cart' }, target('cart', 'shop')],
    ['a job of a monitor', { job: 'serviceMonitor/shop/cart/0' }, target('cart', 'shop')],
    ['a job that is no Service', { job: 'nightly-report' }, unknown],
    ['a pod of a Deployment', { pod: 'catalog-7d9f8b6c5d-x7k2p' }, target('catalog', 'shop')],
    ['a pod of a StatefulSet', { pod: 'checkout-db-0' }, target('checkout-db', 'shop')],
    ['a full name', { service: 'api.search.svc.cluster.local:8080' }, target('api', 'search')],
    [
      'what an exporter says of others',
      { service: 'cart', exported_service: 'api', namespace: 'billing', exported_namespace: 'search' },
      target('api', 'search'),
    ],
    ['no exporter', { service: 'node-exporter', namespace: 'monitoring', job: 'node-exporter' }, unknown],
    ['a namespace of whoever reports', { service: 'cart', namespace: 'monitoring' }, target('cart', 'shop')],
    [
      'a mesh, by the far end',
      {
        app: 'web',
        namespace: 'platform',
        destination_service_name: 'api',
        destination_service_namespace: 'search',
      },
      target('api', 'search'),
    ],
    [
      'Traefik',
      { exported_service: 'shop-checkout-db-5432@kubernetes', service: 'traefik' },
      target('checkout-db', 'shop'),
    ],
    ['a gateway last', { service: 'ingress-nginx-controller', app: 'cart' }, target('cart', 'shop')],
    [
      'a gateway, if it is the only one',
      { service: 'ingress-nginx-controller' },
      target('ingress-nginx-controller', 'ingress-nginx'),
    ],
    ['Datadog', { kube_deployment: 'cart', kube_namespace: 'shop' }, target('cart', 'shop')],
    [
      'two of one trust',
      { service: 'cart', kubernetes_service: 'catalog' },
      ambiguous('cart.shop', 'catalog.shop'),
    ],
    [
      'one that is not there, at its word',
      { service: 'frontend', namespace: 'shop' },
      target('frontend', 'shop'),
    ],
    ['no name of Kubernetes', { service: 'Checkout Team' }, unknown],
    ['nothing', { severity: 'page' }, unknown],
  ])('%s', (_name, labels, expected) => {
    expect(routeAlert(alertOf(labels), routing)).toEqual(expected);
  });

  test('where the Services could not be listed, a label is taken at its word', () => {
    const alert = alertOf({ job: 'cart', namespace: 'shop' });
    expect(routeAlert(alert, { ...routing, known: [] })).toEqual(target('cart', 'shop'));
  });
});

describe('routeAlert by texts', () => {
  test.each<[string, readonly string[], Route]>([
    ['name.namespace', ['api.search answers slowly to cart.'], target('api', 'search')],
    ['namespace/name', ['search/api does not answer'], target('api', 'search')],
    ['a host of the cluster', ['http://api.search.svc.cluster.local:80/x fails'], target('api', 'search')],
    ['a host nobody knows', ['lookup of frontend.lab.svc failed'], target('frontend', 'lab')],
    ['a word and its namespace', ['HighErrorRate (api search critical)'], target('api', 'search')],
    ['a word that is another namespace as well', ['payments of billing'], target('payments', 'billing')],
    ['the longer name', ['checkout-db is down'], target('checkout-db', 'shop')],
    ['the longer name, as part of a word', ['pod checkout-db-0 restarts'], target('checkout-db', 'shop')],
    [
      'both, if both are said',
      ['checkout-db is down, and so is checkout'],
      ambiguous('checkout.shop', 'checkout-db.shop'),
    ],
    ['the first text', ['cart fails', 'catalog is to blame'], target('cart', 'shop')],
    [
      'not the address of a dashboard',
      ['see https://grafana.example.com/d/cart/checkout', 'catalog fails'],
      target('catalog', 'shop'),
    ],
    ['not who watches', ['cart of monitoring/prometheus-k8s by kube-state-metrics'], target('cart', 'shop')],
    ['a word by itself before a part of one', ['cart, of team-catalog'], target('cart', 'shop')],
    [
      'a part of a word, if there is no other',
      ['pod catalog-7d9f8b6c5d-x7k2p restarts'],
      target('catalog', 'shop'),
    ],
    ['nothing', ['everything is slow'], unknown],
  ])('%s', (_name, texts, expected) => {
    const route = routeAlert(alertOf({}, texts), { ...routing, symptoms: [] });
    expect(route).toEqual(expected);
  });

  test('a namespace in the texts tells Services of one name apart', () => {
    const alert = alertOf({ service: 'api' }, ['the api of search']);
    expect(routeAlert(alert, { ...routing, symptoms: [] })).toEqual(target('api', 'search'));
  });
});

describe('routeAlert by rules', () => {
  const ruled = (rules: unknown, alert: Alert): Route =>
    routeAlert(alert, { ...routing, rules: RouteRules.parse(rules) });

  test.each<[string, unknown, Alert, Route]>([
    [
      'labels make a name',
      [{ match: { team: 'shop-.*' }, service: '$app-db', namespace: 'shop', symptom: 'dns-failures' }],
      alertOf({ team: 'shop-web', app: 'checkout', service: 'cart' }),
      { ...target('checkout-db', 'shop'), symptom: 'dns-failures' },
    ],
    [
      'a label with dots',
      [{ match: { alertname: 'Some.*' }, service: '${app.kubernetes.io/name}' }],
      alertOf({ 'app.kubernetes.io/name': 'catalog' }),
      target('catalog', 'shop'),
    ],
    [
      'a pattern is of the whole value',
      [{ match: { team: 'shop' }, service: 'catalog' }],
      alertOf({ team: 'shop-web', service: 'cart' }),
      target('cart', 'shop'),
    ],
    [
      'a rule without its label does not apply, the next one does',
      [
        { match: { team: '.+' }, service: '$nope' },
        { match: { team: '.+' }, service: 'catalog' },
      ],
      alertOf({ team: 'web' }),
      target('catalog', 'shop'),
    ],
    [
      'what every object has is no label',
      [{ match: { team: '.+' }, service: '$constructor' }],
      alertOf({ team: 'web' }),
      unknown,
    ],
    [
      'what makes no name does not apply',
      [{ match: { team: '.+' }, service: '$team' }],
      alertOf({ team: 'Web Team' }),
      unknown,
    ],
    [
      'a text',
      [{ text: 'tills? (are|is) stuck', service: 'checkout' }],
      alertOf({}, ['All tills are stuck']),
      target('checkout', 'shop'),
    ],
    [
      'a namespace alone: the alert says the rest',
      [{ match: { cluster: 'eu' }, namespace: 'billing' }],
      alertOf({ cluster: 'eu', service: 'payments' }),
      target('payments', 'billing'),
    ],
    [
      'a Service that nobody knows, at its word',
      [{ match: { team: '.+' }, service: 'tills', namespace: 'lab' }],
      alertOf({ team: 'web' }),
      target('tills', 'lab'),
    ],
  ])('%s', (_name, rules, alert, expected) => {
    expect(ruled(rules, alert)).toEqual(expected);
  });

  test.each<[string, unknown, RegExp]>([
    ['of all alerts', [{ service: 'cart' }], /expected match or text/],
    ['that says nothing', [{ match: { a: 'b' } }], /expected service, namespace, symptom or channel/],
    ['that takes hours', [{ match: { a: '(a+)+' }, service: 'cart' }], /could take hours/],
    ['with a word of its own', [{ match: { a: 'b' }, servcie: 'cart' }], /servcie/],
  ])('refuses a rule %s', (_name, rules, message) => {
    expect(RouteRules.safeParse(rules).error?.message).toMatch(message);
  });
});

describe('the symptom', () => {
  test.each<[string, Partial<Alert>, string | undefined]>([
    ['the name of the alert', { name: 'CoreDNSLatencyHigh' }, 'dns-failures'],
    ['what comes first in it', { name: 'ELB5xx' }, 'load-balancer-errors'],
    ['more than one word of it', { name: 'UpstreamLatencyHigh' }, 'remote-calls-slow'],
    [
      'the longer of two that begin at once',
      { texts: ['ECONNRESET after a quiet night'] },
      'idle-connections-die',
    ],
    ['words for a name', { name: 'High error rate on cart' }, 'connection-errors'],
    ['not across words', { name: 'less load on cart' }, undefined],
    [
      'a runbook called like it',
      { name: 'HighErrorRate', runbooks: ['https://w.example.com/runbooks/dns-failures.md#x'] },
      'dns-failures',
    ],
    [
      'the name of a runbook',
      { runbooks: ['https://w.example.com/runbooks/HighErrorRate/'] },
      'connection-errors',
    ],
    ['what it says', { texts: ['cart logs ETIMEDOUT'] }, 'outbound-timeouts'],
    ['none', { texts: ['cart is sad'] }, undefined],
  ])('%s', (_name, rest, symptom) => {
    const route = routeAlert(alertOf({ service: 'cart' }, [], rest), routing);
    expect(route).toEqual({ ...target('cart', 'shop'), ...(symptom !== undefined && { symptom }) });
  });
});
