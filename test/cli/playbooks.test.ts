import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { only, readCauses } from '../../cli/playbooks/sources.ts';
import { killAll, startProcess, temporaryFolder, type Folder } from '../workers/support/lab.ts';

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => {
  await killAll();
  await folder.remove();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: readonly string[];
  readonly stderr: string;
}

async function netcheck(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const run = startProcess(['cli/netcheck.js', 'playbooks', 'test', ...args], env);
  const code = await run.exited;
  const stdout = run.stdout().replaceAll(`${folder.path}/`, '').split('\n');
  return { code, stdout, stderr: run.stderr() };
}

/** A cause that counts dropped packets and ready endpoints; its table of cases begins on line 51. */
function cause(id: string, cases: string, more = ''): string {
  return `---
id: ${id}
title: Packets are dropped
---

## Evidence

### \`drops\` Dropped packets

\`\`\`promql
sum by (node) (increase(drops_total{namespace="$namespace"}[$window]))
\`\`\`

### \`now\` The device, as it is now

\`\`\`promql
sum(device_up)
\`\`\`

### \`endpoints\` Endpoints

\`\`\`yaml lookup
lookup: endpoints
\`\`\`
${more}
## Eliminated when

\`\`\`cel
drops.sum < 1.0
\`\`\`

{drops.sum | count} packets dropped in {window}.

## Confirmed when

\`\`\`cel
drops.sum >= 10.0 && now.sum > 0.0 && endpoints.ready > 0.0
\`\`\`

{drops.sum | count} packets dropped, on {drops.top().labels["node"]} most.

Culprit: node {drops.top().labels["node"]}

## Otherwise

{drops.sum | count} packets dropped, device {now.sum | count}, {endpoints.ready | count} endpoints.

## Cases

\`\`\`yaml
${cases}
\`\`\`
`;
}

const goodCases = `- name: packets are dropped
  series: &lossy
    &drops_a drops_total{namespace="shop",node="a"}: 0+1x120
    drops_total{namespace="test",node="a"}: 0+9x120
    &device device_up: 1x120
  objects: &cluster
    - apiVersion: v1
      kind: Service
      metadata: { name: checkout }
      spec: { selector: { app: checkout }, ports: [{ port: 80 }] }
    - &slice
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: &mine { name: checkout-1, labels: { kubernetes.io/service-name: checkout } }
      addressType: IPv4
      endpoints: [{ addresses: [10.0.0.1], conditions: { ready: true } }]
    - { <<: *slice, metadata: { name: cart-1, labels: { kubernetes.io/service-name: cart } } }
    - { <<: *slice, metadata: { <<: *mine, namespace: test } }
  expect: confirmed
  says: 120 packets dropped
  culprit: node a
- name: none is dropped
  series: { <<: *lossy, *drops_a : 5x120 }
  expect: eliminated
- name: a few are dropped
  series: { <<: *lossy, *drops_a : 0x59 5x60 }
  objects: *cluster
  expect: standing
- name: the device ended before the window did, and nothing looks back past its end
  series: { <<: *lossy, *device : 1x115 stale }
  objects: *cluster
  expect: unchecked
- name: of the device no sample came for a minute, which Prometheus bridges
  series: { <<: *lossy, *device : 1x115 _ }
  objects: *cluster
  expect: confirmed
- name: nobody knows the endpoints
  series: *lossy
  objects: *cluster
  given: { endpoints: { unavailable: forbidden } }
  expect: unchecked
- name: an hour, scraped once a minute, of another target
  target: { service: cart, namespace: test }
  window: 1h
  interval: 1m
  series: { 'drops_total{namespace="test",node="a"}': 0+9x60, device_up: 1x60 }
  given: { endpoints: { ready: 1 } }
  expect: confirmed
  says: 540 packets dropped`;

const [firstCase = ''] = goodCases.split('\n- name');
const badCases = firstCase
  .replace('says: 120', 'says: 121')
  .replace('culprit: node a', 'culprit: node b\n  explains: 0.6')
  .concat('\n- { name: nothing is known, series: *lossy, expect: confirmed }');

const half = `
## Explains

\`\`\`cel
drops.sum / 240.0
\`\`\`

That is half of it.
`;
const chart = `
## Chart

### \`course\` Course

\`\`\`promql range
sum(rate(up))
\`\`\`
`;
const refusedCases = `- name: a chart that is no query
  series: { up: 1x120 }
  expect: unchecked
- name: a pod without containers
  objects: [{ apiVersion: v1, kind: Pod, metadata: { name: x }, spec: { containers: [] } }]
  expect: unchecked
- name: no kind
  objects: 'metadata: { name: x }'
  expect: unchecked`;

describe('netcheck playbooks test', () => {
  let all: Ended;
  beforeAll(async () => {
    const causes = await folder.folder('causes');
    await causes.write('bad.md', cause('bad', badCases, half));
    await causes.write('good.md', cause('good', goodCases));
    await causes.write('refused.md', cause('refused', refusedCases, chart));
    all = await netcheck([folder.path]);
  });

  /** What it says of one cause, from its heading to the empty line. */
  function saidOf(id: string): string[] {
    const rest = all.stdout.slice(all.stdout.indexOf(`causes/${id}.md`) + 1);
    return rest.slice(0, rest.indexOf(''));
  }

  test('fails where any case fails, and counts', () => {
    expect({ code: all.code, stderr: all.stderr, sum: all.stdout.at(-2) }).toEqual({
      code: 1,
      stderr: '',
      sum: expect.stringMatching(
        /^3 causes, 12 cases, 5 failed, 3 untested rules, 6 missing cases, \d+\.\d s$/,
      ),
    });
  });

  test('asks Prometheus and the cluster, each case for itself', () => {
    expect(saidOf('good')).toEqual([
      '  ✓ packets are dropped',
      '  ✓ none is dropped',
      '  ✓ a few are dropped',
      '  ✓ the device ended before the window did, and nothing looks back past its end',
      '  ✓ of the device no sample came for a minute, which Prometheus bridges',
      '  ✓ nobody knows the endpoints',
      '  ✓ an hour, scraped once a minute, of another target',
    ]);
  });

  test('says what a failing case expected, what came, and what the rules saw', () => {
    expect(saidOf('bad')).toEqual([
      '  ✗ packets are dropped',
      '    causes/bad.md:59 Unexpected sentence, expected one with: 121 packets dropped',
      '    causes/bad.md:59 Unexpected culprit node a, expected node b',
      '    causes/bad.md:59 Unexpected 50 % of the symptom explained, expected at least 60 %',
      '      confirmed: 120 packets dropped, on a most. (culprit: node a)',
      '      drops      {node="a"} 120',
      '      now        1',
      '      endpoints  ready: 1',
      '                 not_ready: 0',
      '                 selected_pods: 0',
      '                 selector: "app=checkout"',
      '                 suggested_selector: ""',
      '                 suggested_pods: 0',
      '                 headless_selector: false',
      '                 scaled_to_zero: false',
      '                 external_traffic_policy: ""',
      '                 internal_traffic_policy: "Cluster"',
      '      causes/bad.md:37 does not hold',
      '      causes/bad.md:45 holds',
      '  ✗ nothing is known',
      '    causes/bad.md:81 Unexpected unchecked, expected confirmed',
      '      unchecked: there is no Service checkout in namespace shop',
      '      drops      {node="a"} 120',
      '      now        1',
      '      endpoints  not-found: there is no Service checkout in namespace shop',
      '      causes/bad.md:37 does not hold',
      '      causes/bad.md:45 is undecided: there is no Service checkout in namespace shop',
      'causes/bad.md:37 Unexpected rule that holds in no case, expected a case that it decides',
      ...['eliminated', 'standing', 'unchecked'].map(
        (status) =>
          `causes/bad.md:56:1 Unexpected cases without one of ${status}, expected at least one each`,
      ),
    ]);
  });

  test('says what Prometheus or the API server refuses', () => {
    const answer = 'Unexpected answer to "Course", expected data or none: Prometheus answered 400:';
    const objects = 'Unexpected objects, expected what an API server takes:';
    expect(saidOf('refused').filter((line) => line.startsWith('    causes/'))).toEqual([
      expect.stringMatching(`^    causes/refused.md:59 ${answer}.* expected type range vector`),
      `    causes/refused.md:62 ${objects} Pod "x" is invalid: spec.containers: Required value`,
      `    causes/refused.md:65 ${objects} every object has apiVersion, kind and metadata.name, and metadata: { name: x } has not`,
    ]);
  });

  test('one cause by its id, and 0 where all is well', async () => {
    const { code, stdout, stderr } = await netcheck([folder.path, '--only', 'good']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout[0]).toBe('causes/good.md');
    expect(stdout.at(-2)).toMatch(/^1 cause, 7 cases, \d+\.\d s$/);
  });

  test('without a Prometheus on this machine', async () => {
    const file = `${folder.path}/causes/good.md`;
    expect(await netcheck([file], { PATH: folder.path })).toEqual({
      code: 1,
      stdout: [''],
      stderr: 'prometheus is not installed; install: apt-get install prometheus\n',
    });
  });
});

describe('which causes', () => {
  test('mistakes in a playbook come before its cases', async () => {
    const broken = await folder.write('broken.md', cause('broken', '- { name: none, expect: confirmed }'));
    await expect(readCauses(broken)).rejects.toThrow(
      `${broken}:51:11 Unexpected case without drops, expected every evidence, or series and objects`,
    );
  });

  test('one that links a cause which is shipped or lies beside it', async () => {
    const causes = await folder.folder('causes');
    const links = (id: string): string =>
      `\n## Look-alikes\n\n[One](good.md), [another](cpu-throttling.md), [a third](${id}.md).\n`;
    const cases = `${goodCases}\n  look_alike: [good, cpu-throttling]`;
    await causes.write('right.md', cause('right', cases, links('refused')));
    const [{ missing } = { missing: undefined }] = await readCauses(`${causes.path}/right.md`);
    expect(missing?.map(({ message }) => message)).toEqual([
      'Unexpected look-alike without a case, expected one with look_alike: refused',
    ]);

    const wrong = await causes.write('wrong.md', cause('wrong', cases, links('cpu-throtling')));
    await expect(readCauses(wrong)).rejects.toThrow(
      'Unexpected link cpu-throtling.md, expected the file of another cause, as in cpu-throttling.md',
    );
  });

  test.each([
    ['a folder that is not there', '/nonexistent', '/nonexistent:1:1 Unexpected folder, expected playbooks'],
    ['a folder without causes', 'playbooks/causes', 'There are no causes in playbooks/causes'],
  ])('%s', async (_, path, said) => {
    await expect(readCauses(path)).rejects.toThrow(said);
  });

  test('an id that no cause has', async () => {
    const shipped = await readCauses(undefined);
    expect(() => only('snat-port-rase', shipped)).toThrow(
      'There is no cause snat-port-rase. Did you mean snat-port-race?',
    );
  });
});
