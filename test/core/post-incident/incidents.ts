import type { Evidence } from '../../../core/evidence.ts';
import { makeIncident, type Incident } from '../../../core/post-incident/incident.ts';
import type { ReportedEvidence } from '../../../core/report.ts';
import type { Remediation } from '../../../core/remediation/state.ts';
import { evidence, proposal, report, verdicts } from '../../bot/reports.ts';
import { carol, remediationAt } from '../remediation/remediations.ts';

/** An incident with something of everything, for tests. */

export const at = (seconds: number): number => 1_790_001_800_000 + seconds * 1000;

const ben = { id: 'U0BEN', name: 'ben' };
const machine = { id: 'netcheck', name: 'netcheck' };

export const mended: Remediation = {
  ...remediationAt('verified'),
  proposal: { ...proposal, id: 'p1', cause: 'snat-port-race' },
  approvals: [{ by: ben, at: at(60) }],
  state: {
    ...(remediationAt('verified').state as Extract<Remediation['state'], { step: 'verified' }>),
    outcome: {
      kind: 'fixed',
      reason: '2 endpoints are ready.',
      compared: [
        {
          kind: 'attempts',
          title: 'Connects',
          from: 'pod',
          before: { failed: 41, of: 1000 },
          after: { failed: 0, of: 1200 },
        },
      ],
      sideEffects: ['Connections are refused'],
    },
  },
  trail: [
    { at: at(3), who: machine, what: 'proposed' },
    { at: at(5), who: machine, what: 'previewed' },
    { at: at(60), who: ben, what: 'approved' },
    { at: at(62), who: machine, what: 'applied' },
    { at: at(90), who: machine, what: 'verified', why: 'fixed: 2 endpoints are ready.' },
  ],
};

const dismissed: Remediation = {
  ...remediationAt('dismissed'),
  proposal: { ...proposal, id: 'p2', trial: { seconds: 600, expected: [{ cause: 'x', then: 'y' }] } },
  trail: [
    { at: at(4), who: machine, what: 'proposed' },
    { at: at(70), who: carol, what: 'dismissed' },
  ],
};

const partly: ReportedEvidence = {
  id: 'policy-denies/reach',
  title: 'Connects',
  source: 'probe',
  status: 'observed',
  query: 'tcp to checkout.shop:80, 10 attempts each from pod, node',
  samples: 10,
  facts: { pod: '0 of 10 failed', node: 'not run: off' },
  unseen: [{ from: 'node', why: { reason: 'not-enabled', detail: 'probes of class node are off' } }],
};

type Changes = Partial<Parameters<typeof makeIncident>[0]>;

export function incident(changes: Changes = {}, found: readonly Evidence[] = []): Incident {
  const whole = report('k3x9');
  return makeIncident(
    {
      netcheck: '0.1.0',
      playbooks: 'ab12cd',
      cluster: 'prod',
      request: {
        subject: { kind: 'named', service: 'checkout' },
        destination: { host: 'api.example.com', port: 443 },
        windowSeconds: 1800,
        symptom: 'timeouts',
      },
      requester: 'alice',
      requestedAt: at(-2),
      report: {
        ...whole,
        target: { ...whole.target, gaps: ['nodes: forbidden'] },
        hypotheses: [
          verdicts.selector,
          verdicts.snat,
          { ...verdicts.policy, evidence: [...verdicts.policy.evidence, partly.id] },
        ],
        evidence: [evidence.endpoints, evidence.drops, evidence.policies, partly],
        proposals: [
          { ...proposal, id: 'p1' },
          { ...proposal, id: 'p3' },
        ],
      },
      remediations: [dismissed, mended],
      happened: [
        { at: at(-30), what: 'Alert CheckoutErrors fired' },
        { at: at(65), what: 'ben noted: only from node a' },
      ],
      ...changes,
    },
    found,
  );
}
