import { expect, test } from '@jest/globals';
import { costByClass, costsOf, looksOf } from '../../../core/playbook/looks.ts';
import { causeOf, lookup, probe, promql } from '../../support/causes.ts';

const tcp = 'probe: tcp\nto: $destination\nfrom: [worker]\nattempts: 100\nup_to: 1000';
const one = causeOf({
  id: 'one',
  evidence: [
    promql('drops'),
    promql('course', 'drops', 'range'),
    lookup('pods', 'lookup: workload'),
    probe('dial', tcp),
  ],
});

test.each([
  ['the same query under another name', promql('lost', 'drops', 'unit=count'), 4],
  ['another query', promql('lost', 'lost'), 5],
  ['the same look-up', lookup('them', 'lookup: workload'), 4],
  ['another look-up', lookup('them', 'lookup: endpoints'), 5],
  ['the same probe, which may go on longer', probe('knock', tcp.replace('1000', '2000')), 4],
  ['the same probe from elsewhere', probe('knock', tcp.replace('worker', 'node')), 5],
])('%s', (_, evidence, looks) => {
  const two = causeOf({ id: 'two', evidence: [evidence] });
  const shared = looksOf([one, two]);
  expect(shared).toHaveLength(looks);
  expect(shared.filter(({ causes }) => causes.includes('two')).map(({ causes }) => causes)).toEqual([
    looks === 4 ? ['one', 'two'] : ['two'],
  ]);
});

test('two pieces of one cause that ask the same are one look, for that cause once', () => {
  const twice = causeOf({ id: 'one', evidence: [promql('a', 'drops'), promql('b', 'drops')] });
  expect(looksOf([twice]).map(({ causes }) => causes)).toEqual([['one']]);
});

test.each([
  // At the pace of its attempts.
  ['tls', 'to: a:1\nattempts: 100\nup_to: 200', 8, 11],
  ['mesh', 'attempts: 100', 10, 10],
  // And as what gets stuck is waited for.
  ['mtu', 'to: a:1\nattempts: 100\nup_to: 200', 15, 20],
  // As long as it waits, however many attempts; for the longer ones only if it goes on.
  ['idle', 'to: a:1\nattempts: 10\nup_to: 100', 65, 265],
  ['idle', 'to: a:1\nattempts: 10\nup_to: 100\nwaits: "5, 90, 60"', 20, 105],
  ['idle', 'to: a:1\nattempts: 10\nup_to: 100\nwaits: "90"', 105, 105],
  ['idle', 'to: a:1\nwaits: "5, 90, 60"', 20, 20],
  ['server-first', 'to: a:1\nattempts: 1', 25, 25],
  ['counters', '', 35, 35],
  ['counters', 'seconds: 10', 15, 15],
])('%s (%j) takes %i s at first and %i s at most', (id, more, first, most) => {
  const cause = causeOf({ evidence: [probe('p', `probe: ${id}\nfrom: [pod]\n${more}`)] });
  const [look] = looksOf([cause]);
  const costs = look && costsOf(look.template);
  expect([costs?.first.seconds, costs?.most.seconds]).toEqual([first, most]);
});

test('a probe costs its attempts, at first and at most, where it intrudes most', () => {
  const far = causeOf({ id: 'far', evidence: [probe('dial', tcp.replace('[worker]', '[worker, node]'))] });
  const looks = looksOf([one, far]);
  // 5 s to start, and 20 ms an attempt.
  expect(looks.map(({ template }) => costsOf(template).most)).toEqual([
    { seconds: 1, intrusion: 'passive' },
    { seconds: 1, intrusion: 'passive' },
    { seconds: 1, intrusion: 'passive' },
    { seconds: 25, intrusion: 'own-pod' },
    { seconds: 25, intrusion: 'node' },
  ]);
  expect(costByClass(looks)).toEqual([
    { intrusion: 'passive', looks: 3, first: 3, most: 3 },
    { intrusion: 'own-pod', looks: 1, first: 7, most: 25 },
    { intrusion: 'node', looks: 1, first: 7, most: 25 },
  ]);
});
