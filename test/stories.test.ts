import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { openBundle, type Bundle } from '../core/bundle.ts';
import { replay } from '../core/replay.ts';
import type { VerdictStatus } from '../core/verdict.ts';
import { shippedLibrary } from './support/playbooks.ts';

/** Five published stories, with their own numbers: each must end where its engineers ended, wrong turns ruled out. */
const stories: readonly {
  readonly name: string;
  readonly conclusion: string;
  readonly cause: string;
  readonly culprit?: string;
  readonly verdicts: Readonly<Record<string, readonly [VerdictStatus, string]>>;
}[] = [
  {
    name: '1-xendit',
    conclusion: 'cause-found',
    cause: 'mesh-sidecar-early-close',
    culprit: 'linkerd sidecar of Deployment/invoices, in 2 of 2 pods',
    verdicts: {
      'mesh-sidecar-early-close': ['confirmed', 'past it, from the same pod at the same time, 0 of 600'],
      'network-congestion': ['eliminated', 'Failures are as common when there is little to do'],
      'cross-zone-latency': ['eliminated', 'Calls that stay in the zone or region fail as well'],
    },
  },
  {
    name: '2-prezi',
    conclusion: 'cause-found',
    cause: 'snat-egress-race',
    culprit: 'SNAT on the nodes of Deployment/smartgateway',
    verdicts: {
      'snat-egress-race': ['confirmed', 'its node lost 15 insertions into conntrack meanwhile'],
      'snat-port-exhaustion': ['eliminated', 'they got their ports'],
      'far-end-slow': ['eliminated', 'on average 12.8 ms'],
    },
  },
  {
    name: '3-saltside',
    conclusion: 'narrowed',
    cause: 'unserved-node-port',
    verdicts: {
      'unserved-node-port': [
        'standing',
        'Connecting to every NodePort on every node would tell which do not',
      ],
      'load-balancer-chatter': ['eliminated', '7.9 % of the 62,960'],
    },
  },
  {
    name: '4-narrowing-down',
    conclusion: 'cause-found',
    cause: 'source-port-filter',
    culprit: 'a filter before server.example:8443 that admits replies only to ports from 32768 on',
    verdicts: {
      'source-port-filter': [
        'confirmed',
        'from ports below 32768 failed, and all 30 from higher ports got through',
      ],
      'remote-down': ['eliminated', 'it is not down for everybody'],
      'egress-policy': [
        'eliminated',
        'Without the labels it is as bad: 50 of 100 connects to server.example:8443 got through',
      ],
    },
  },
  {
    name: '5-appoptics',
    conclusion: 'cause-found',
    cause: 'overlay-degraded',
    culprit: 'overlay of node node-1',
    verdicts: {
      'overlay-degraded': ['confirmed', '0 % of the scrapes on the pod network come back'],
      'far-end-slow': ['eliminated', 'on average 2.2 ms'],
    },
  },
];

function bundleOf(name: string): Bundle {
  const opened = openBundle(readFileSync(`docs/stories/${name}.bundle.json`, 'utf8'));
  if ('problem' in opened) throw new Error(opened.problem);
  return opened.bundle;
}

describe.each(stories)('the story $name', ({ name, conclusion, cause, culprit, verdicts }) => {
  test.each([
    ['its own playbooks', undefined],
    ['the shipped ones', shippedLibrary()],
  ])('ends as it was told, by %s', (_, library) => {
    const bundle = bundleOf(name);
    const replayed = replay(bundle, library);
    if ('problems' in replayed) throw new Error('its playbooks cannot be read');
    const { report, differences } = replayed;
    expect(differences).toEqual([]);
    expect(report.conclusion).toMatchObject({ kind: conclusion, causes: [cause] });
    expect(report.hypotheses.find((one) => one.cause === cause)?.culprit).toBe(culprit);
    for (const [id, [status, says]] of Object.entries(verdicts))
      expect(report.hypotheses.find((one) => one.cause === id)).toMatchObject({
        status,
        reason: expect.stringContaining(says),
      });
  });

  test('says where each of its numbers comes from', () => {
    const { evidence, notes = [] } = bundleOf(name);
    const told = evidence.filter(({ observation }) => observation.status === 'observed');
    expect(told.length).toBeGreaterThan(2);
    for (const { request } of told)
      expect(notes.filter((note) => note.startsWith(`${request.id}: “`))).toHaveLength(1);
  });
});
