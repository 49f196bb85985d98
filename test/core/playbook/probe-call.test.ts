import { describe, expect, test } from '@jest/globals';
import { parseProbeCall, type ProbeCall } from '../../../core/playbook/probe-call.ts';
import { formatProblem, Problems } from '../../../core/playbook/problem.ts';

function read(text: string): { call?: ProbeCall | undefined; said: string[] } {
  const problems = new Problems('x.md');
  const call = parseProbeCall({ text, line: 10, column: 1 }, problems);
  return { call, said: problems.found.map(formatProblem) };
}

const tcp = 'probe: tcp\nto: a:1\nfrom: [pod]\n';

describe('a probe block', () => {
  test('says which probe, where to, from where and how often', () => {
    expect(
      read('probe: tls\nto: $destination\nfrom: [no-proxy, target-pod]\nattempts: 200\nup_to: 900'),
    ).toEqual({
      call: {
        probe: 'tls',
        params: { to: '$destination' },
        from: ['no-proxy', 'target-pod'],
        attempts: 200,
        upTo: 900,
      },
      said: [],
    });
  });

  test.each([
    ['100 attempts and no more', '', { attempts: 100, upTo: 100 }],
    ['so many and no more', 'attempts: 7', { attempts: 7, upTo: 7 }],
    ['100 and more', 'up_to: 101', { attempts: 100, upTo: 101 }],
    ['as many as it may', 'attempts: 3000\nup_to: 3000', { attempts: 3000, upTo: 3000 }],
    ['one', 'attempts: 1', { attempts: 1, upTo: 1 }],
  ])('may ask for %s', (_, more, numbers) => {
    expect(read(tcp + more)).toMatchObject({ call: numbers, said: [] });
  });

  test('needs no parameters where its probe takes none', () => {
    expect(read('probe: node-ports\nfrom: [worker]')).toMatchObject({ call: { params: {} }, said: [] });
  });

  test.each([
    '$destination',
    '$service:80',
    '$service.$namespace:80',
    '$service.$namespace.svc.cluster.local:80',
    'example.com:443',
    'a.$namespace:1',
    '10.0.0.1:53',
    'x-1.y-2:65535',
  ])('may go to %s', (to) => {
    expect(read(`probe: tcp\nto: ${to}\nfrom: [pod]`)).toMatchObject({ call: { params: { to } }, said: [] });
  });

  test.each([
    'example.com',
    '$namespace.svc',
    'example.com:',
    ':443',
    'example.com:123456',
    'example.com:http',
    'exa mple.com:443',
    '-x:443',
    'x-:443',
    'x..y:443',
    '.x:443',
    'x.:443',
    '$pods:443',
    '$services:443',
    'http://example.com:443',
    'example.com:443/path',
    'Example.com:443',
  ])('does not go to %s', (to) => {
    expect(read(`probe: tcp\nto: "${to}"\nfrom: [pod]`).said).toEqual([
      `x.md:11:6 Unexpected to ${to}, expected an address, as in $destination or example.com:443`,
    ]);
  });
});

describe('a name to look up', () => {
  test.each(['localhost', 'kubernetes.default.svc.cluster.local', '$service.$namespace', '"*.invalid"'])(
    'may be %s',
    (name) => {
      expect(read(`probe: dns\nname: ${name}\nfrom: [pod]`)).toMatchObject({
        call: { params: { name: name.replaceAll('"', '') } },
        said: [],
      });
    },
  );

  test.each(['example.com:53', 'x..y', '$destination', 'a.*.invalid', '*'])('is not %s', (name) => {
    expect(read(`probe: dns\nname: "${name}"\nfrom: [pod]`).said).toEqual([
      `x.md:11:8 Unexpected name ${name}, expected a name, as in kubernetes.default.svc.cluster.local, or *.invalid for a new one in each attempt`,
    ]);
  });
});

describe('a parameter that need not be named', () => {
  const idle = 'probe: idle\nto: a:1\nfrom: [pod]\n';
  const http = 'probe: http\nto: a:1\nfrom: [pod]\n';

  test.each([
    ['waits', idle, '50, 70, 230, 250'],
    ['path', http, '/'],
    ['seconds', 'probe: counters\nfrom: [node]', '30'],
  ])('%s has a value of its own', (name, text, value) => {
    expect(read(text)).toMatchObject({ call: { params: { [name]: value } }, said: [] });
  });

  test.each([
    ['waits', idle, ['1', '60, 240', '"60,240,280"', '0.5e2', '60']],
    ['path', http, ['/', '/healthz', '/$service/ready?full=1']],
  ])('%s may be', (name, block, values) => {
    for (const value of values)
      expect(read(`${block}${name}: ${value}`)).toMatchObject({
        call: { params: { [name]: value.replaceAll('"', '').replace('0.5e2', '50') } },
        said: [],
      });
  });

  test.each([
    ['waits', idle, ['0', '281', '60,', '60 350', '60, soon'], 'seconds from 1 to 280, as in "60, 240"'],
    ['path', http, ['healthz', '/a b'], 'a path, as in /healthz'],
  ])('%s is not', (name, block, values, expected) => {
    for (const value of values)
      expect(read(`${block}${name}: "${value}"`).said).toEqual([
        `x.md:13:${name.length + 4} Unexpected ${name} ${value}, expected ${expected}`,
      ]);
  });

  test('is told where it stands, whatever else has the same value', () => {
    expect(read('probe: counters\nfrom: [node] # 500\nseconds: 500').said).toEqual([
      'x.md:12:10 Unexpected seconds 500, expected seconds from 1 to 120, as in 30',
    ]);
    expect(read('probe: tcp\nup_to: 300\nto: 300\nfrom: [pod]').said).toEqual([
      'x.md:12:5 Unexpected to 300, expected an address, as in $destination or example.com:443',
    ]);
  });
});

describe('counters', () => {
  test('are read, not attempted', () => {
    expect(read('probe: counters\nfrom: [target-pod]\nseconds: 60')).toEqual({
      call: { probe: 'counters', params: { seconds: '60' }, from: ['target-pod'], attempts: 1, upTo: 1 },
      said: [],
    });
  });

  test.each<[string, string, ...string[]]>([
    [
      'from two places',
      'from: [target-pod, node]',
      '11:20 Unexpected second place node, expected one: it makes no comparison',
    ],
    [
      'from a place twice',
      'from: [pod, pod]',
      '11:13 Unexpected second place pod, expected one: it makes no comparison',
    ],
    [
      'attempts',
      'from: [node]\nattempts: 300\nup_to: 900',
      '12:1 Unexpected attempts, expected none: it makes no attempts',
      '13:1 Unexpected up_to, expected none: it makes no attempts',
    ],
    ['a misspelt parameter', 'from: [node]\nsecond: 9', '12:1 Unexpected parameter second, expected seconds'],
    ['where to', 'from: [node]\nto: a:1', '12:1 Unexpected parameter to, expected seconds'],
  ])('do not take %s', (_, text, ...said) => {
    expect(read(`probe: counters\n${text}`).said).toEqual(said.map((one) => `x.md:${one}`));
  });
});

describe('mistakes', () => {
  test.each<[string, string, ...string[]]>([
    ['an unknown probe', 'probe: tpc\nto: a:1\nfrom: [pod]', '10:8 Unexpected probe tpc, expected tcp'],
    [
      'a probe unlike any',
      'from: [pod]\nprobe: nonsense',
      '11:8 Unexpected probe nonsense, expected tcp, tcp-burst, tls, http, udp, dns, ladder, source-ports, node-ports, service, mesh, triangle, mtu, idle, server-first, transparent-proxy, path, counters',
    ],
    [
      'an unknown place',
      'probe: tcp\nto: a:1\nfrom: [pod, workr]',
      '12:13 Unexpected place workr, expected worker',
    ],
    [
      'a place unlike any',
      'probe: tcp\nto: a:1\nfrom: [somewhere]',
      '12:8 Unexpected place somewhere, expected worker, pod, other-node, other-zone, target-pod, no-proxy, node, each-node, all-nodes',
    ],
    [
      'two unknown places',
      'probe: tcp\nto: a:1\nfrom: [worka, othernode]',
      '12:8 Unexpected place worka, expected worker',
      '12:15 Unexpected place othernode, expected other-node',
    ],
    ['no place', 'probe: tcp\nto: a:1', '10:1 Unexpected end, expected from (array)'],
    [
      'an empty list of places',
      'probe: tcp\nto: a:1\nfrom: []',
      '12:7 Unexpected empty list, expected a place at from',
    ],
    ['no probe', 'to: a:1\nfrom: [pod]', '10:1 Unexpected end, expected probe (string)'],
    ['a missing parameter', 'probe: tcp\nfrom: [pod]', '10:1 Unexpected end, expected the parameter to'],
    ['an unknown parameter', `${tcp}port: 80`, '13:1 Unexpected parameter port, expected to'],
    [
      'a parameter of a probe that has none',
      'probe: node-ports\nfrom: [worker]\nto: a:1',
      '12:1 Unexpected parameter to, expected none',
    ],
    [
      'several at once',
      'probe: tcp\nfrom: [pod]\nport: 80',
      '12:1 Unexpected parameter port, expected to',
      '10:1 Unexpected end, expected the parameter to',
    ],
    [
      'fewer at most than at first',
      `${tcp}attempts: 50\nup_to: 49`,
      '14:1 Unexpected up_to 49, expected at least attempts (50)',
    ],
    [
      'fewer at most than at first by default',
      `${tcp}up_to: 99`,
      '13:1 Unexpected up_to 99, expected at least attempts (100)',
    ],
    ['no attempts', `${tcp}attempts: 0`, '13:11 Unexpected number, expected 1 to 3000 at attempts'],
    ['too many attempts', `${tcp}attempts: 3001`, '13:11 Unexpected number, expected 1 to 3000 at attempts'],
    ['too many at most', `${tcp}up_to: 3001`, '13:8 Unexpected number, expected 1 to 3000 at up_to'],
    ['half an attempt', `${tcp}attempts: 1.5`, '13:11 Unexpected number, expected int at attempts'],
    [
      'a parameter that is a list',
      'probe: tcp\nto: [a]\nfrom: [pod]',
      '11:5 Unexpected value, expected a text or a number at to',
    ],
    [
      'no YAML',
      'probe: [',
      '10:9 Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ])('%s', (_, text, ...said) => {
    expect(read(text).said).toEqual(said.map((one) => `x.md:${one}`));
  });

  test('numbers are parameters as they are written', () => {
    expect(read('probe: tcp\nto: 80\nfrom: [pod]').said).toEqual([
      'x.md:11:5 Unexpected to 80, expected an address, as in $destination or example.com:443',
    ]);
  });
});
