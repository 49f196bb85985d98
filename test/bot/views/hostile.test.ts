import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Progress } from '../../../core/progress.ts';
import { Report } from '../../../core/report.ts';
import { Remediation, type Preview } from '../../../core/remediation/state.ts';
import type { Request } from '../../../core/request.ts';
import type { Candidate } from '../../../core/target.ts';
import { withNotes } from '../../../core/follow-up/notes.ts';
import { explainedModal } from '../../../bot/views/explained.ts';
import { withFollowUps } from '../../../bot/views/follow-ups.ts';
import {
  lookedAgainMessage,
  lookingAgainMessage,
  notLookedAgainMessage,
} from '../../../bot/views/looked-again.ts';
import { changesMessage } from '../../../bot/views/watch.ts';
import { conclusionMessages } from '../../../bot/views/conclusion.ts';
import { evidenceMessage } from '../../../bot/views/evidence.ts';
import { hypothesesMessages } from '../../../bot/views/hypotheses.ts';
import type { Message } from '../../../bot/views/message.ts';
import { previewModal } from '../../../bot/views/preview.ts';
import { byHandMessage, proposalMessage } from '../../../bot/views/proposal.ts';
import { playbooksMessages } from '../../../bot/views/playbooks.ts';
import { homeView } from '../../../bot/views/home.ts';
import { helpMessage, problemMessage, sentence } from '../../../bot/views/replies.ts';
import { rootMessage } from '../../../bot/views/root.ts';
import { statsMessage } from '../../../bot/views/stats.ts';
import { statusMessage } from '../../../bot/views/status.ts';
import { change } from '../../core/remediation/remediations.ts';
import { checkMessageBlocks, checkView } from '../../../sim/slack/blocks/check.ts';

/** Texts that try to ping, to link, to break out of code, or to be too long. */
const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 60 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 400 }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '<!channel>',
      '<!here|here>',
      '<@U0ALICE>',
      '<https://evil.example|click to fix>',
      '&lt;!channel&gt;',
      '`<!everyone>` ```',
      '*a* _b_ ~c~',
      '\u202e<!channel>\u0000\n\n',
      '',
      ' ',
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('&', '<', '>', '`', '"', 'x', '🧨', '\n', '<!channel>'), fc.nat(5000))
      .map(([unit, times]) => unit.repeat(times)),
  },
);
const statuses = fc.constantFrom('confirmed', 'eliminated', 'standing', 'unchecked', 'conflict');
const ids = fc.constantFrom(...Array.from({ length: 12 }, (_, index) => `look-${index}`));
const verdict = fc.record(
  {
    cause: ids,
    title: hostile,
    status: statuses,
    reason: hostile,
    culprit: hostile,
    evidence: fc.array(ids, { maxLength: 4 }),
  },
  { requiredKeys: ['cause', 'title', 'status', 'reason', 'evidence'] },
);
const fact = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  hostile,
  fc.boolean(),
  fc.array(hostile, { maxLength: 8 }),
);
const reported = fc.record(
  {
    id: ids,
    title: hostile,
    source: fc.constantFrom('promql', 'cluster', 'probe'),
    status: fc.constantFrom('observed', 'unavailable'),
    query: hostile,
    link: fc.oneof(
      hostile,
      fc.webUrl({ withQueryParameters: true }),
      hostile.map((text) => `https://p.example/graph?g0.expr=${text}`),
    ),
    samples: fc.nat(),
    facts: fc.dictionary(hostile, fact, { maxKeys: 10 }),
    why: fc.record({
      reason: fc.constantFrom('forbidden', 'timed-out', 'no-data', 'rejected', 'not-found', 'crashed'),
      detail: hostile,
    }),
  },
  { requiredKeys: ['id', 'title', 'source', 'status'] },
);
const proposal = fc.record({
  id: ids,
  cause: ids,
  remediation: fc.constantFrom('service-selector', 'service-target-port'),
  namespace: hostile,
  service: hostile,
  params: fc.dictionary(hostile, hostile, { maxKeys: 4 }),
  summary: hostile,
  why: hostile,
  risk: hostile,
  workedIf: hostile,
});
const reports: fc.Arbitrary<Report> = fc
  .record({
    schema: fc.constant('netcheck.report/v1'),
    id: ids,
    target: fc.record({
      namespace: hostile,
      service: hostile,
      workload: hostile,
      pods: fc.constant([]),
      nodes: fc.constant([]),
      gaps: fc.array(hostile, { maxLength: 8 }),
    }),
    symptom: hostile,
    conclusion: fc.record({
      kind: fc.constantFrom('cause-found', 'narrowed', 'not-the-network', 'inconclusive'),
      causes: fc.array(ids, { maxLength: 4 }),
      alsoFound: fc.array(ids, { maxLength: 2 }),
      summary: hostile,
    }),
    hypotheses: fc.array(verdict, { maxLength: 60 }),
    evidence: fc.array(reported, { maxLength: 60 }),
    proposals: fc.constant([]),
    timings: fc.constant({ startedAt: 0, endedAt: 9, totalMs: 9, slowestEvidenceMs: 9 }),
  })
  .map((report) => Report.parse(report));

const person = fc.record({ id: fc.constant('U1'), name: hostile });
const outcome = fc.record({
  kind: fc.constantFrom('fixed', 'better', 'unchanged', 'worse', 'cannot-tell'),
  reason: hostile,
  compared: fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('attempts'),
        title: hostile,
        from: hostile,
        before: fc.constant({ failed: 41, of: 1000 }),
        after: fc.constant({ failed: 0, of: 1200 }),
      }),
      fc.record({
        kind: fc.constant('number'),
        title: hostile,
        unit: fc.constant('rate'),
        before: fc.double({ noNaN: true, noDefaultInfinity: true }),
        after: fc.double({ noNaN: true, noDefaultInfinity: true }),
      }),
    ),
    { maxLength: 8 },
  ),
  sideEffects: fc.array(hostile, { maxLength: 8 }),
});
const made = { change: fc.constant(change), diff: hostile, at: fc.constant(1_790_000_000_000) };
const steps = fc.oneof(
  fc.record({ step: fc.constant('proposed'), note: hostile }),
  fc.record({ step: fc.constant('dismissed'), by: person }),
  fc.record({ step: fc.constantFrom('withdrawn', 'failed'), why: hostile }),
  fc.record({ step: fc.constant('approved') }),
  fc.record({ step: fc.constantFrom('applying', 'applied'), ...made }),
  fc.record({ step: fc.constant('verified'), ...made, outcome }),
  fc.record({ step: fc.constant('unknown'), ...made, why: hostile }),
  fc.record({ step: fc.constantFrom('undoing', 'undone'), ...made, by: person, outcome }),
  fc.record({ step: fc.constant('undo-failed'), ...made, by: person, outcome, why: hostile }),
);
const previews = fc.oneof(
  fc.record({
    kind: fc.constant('change'),
    at: fc.constant(1),
    basis: fc.constant('b'),
    objects: fc.array(hostile, { maxLength: 14 }),
    diff: fc.oneof(
      hostile,
      fc.array(hostile, { maxLength: 60 }).map((lines) => lines.join('\n')),
    ),
    effects: fc.array(hostile, { maxLength: 14 }),
    lasting: hostile,
  }),
  fc.record({ kind: fc.constantFrom('none', 'refused'), at: fc.constant(1), why: hostile }),
) as fc.Arbitrary<Preview>;
const remediations = fc
  .record({
    proposal,
    investigation: ids,
    requester: person,
    expiresAt: fc.constant(1_790_000_000_000),
    revision: fc.nat(),
    preview: previews,
    approvals: fc.array(fc.record({ by: person, at: fc.constant(1) }), { maxLength: 2 }),
    undoUnlessBetter: fc.boolean(),
    state: steps,
    trail: fc.array(
      fc.record({
        at: fc.constant(1_790_000_000_000),
        who: person,
        what: fc.constant('approved'),
        why: hostile,
      }),
      { maxLength: 12 },
    ),
  })
  .map((one) => Remediation.parse(one));
const candidates: fc.Arbitrary<Candidate[]> = fc.array(fc.record({ namespace: hostile, service: hostile }), {
  minLength: 1,
  maxLength: 120,
});
const requests: fc.Arbitrary<Request> = fc.record({
  subject: fc.oneof(
    fc.record({ kind: fc.constant('named'), service: hostile, namespace: hostile }),
    fc.record({ kind: fc.constant('mentioned'), texts: fc.array(hostile) }),
  ),
  destination: fc.record({ host: hostile, port: fc.constant(443) }),
  windowSeconds: fc.constant(1800),
  symptom: hostile,
});
const progresses: fc.Arbitrary<Progress | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.record({ phase: fc.constant('gathering'), report: reports, total: fc.nat() }),
  fc.record({ phase: fc.constant('ended'), report: reports }),
  fc.record({ phase: fc.constant('which'), candidates }),
  fc.record({ phase: fc.constant('not-found'), nearest: candidates }),
  fc.record({ phase: fc.constant('failed'), why: hostile }),
);

/** What Slack would parse: nothing but links that netcheck made, to where the look was. */
function expectHarmless(message: { text?: string; blocks: readonly unknown[] }): void {
  const texts: string[] = [message.text ?? ''];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'string' && key !== 'value') texts.push(value);
      else visit(value);
    }
  };
  visit(message.blocks);
  for (const text of texts) {
    for (const [tag] of text.matchAll(/<[^>]*>?/g)) expect(tag).toMatch(/^<https?:\/\/[^|<>\s]+\|[^<>]*>$/);
    expect(text.replace(/<[^>]*>/g, '')).not.toMatch(/[<>]/);
    expect(text).not.toMatch(/&(?!(amp|lt|gt);)/);
  }
}

function expectFit(message: Message): void {
  expectHarmless(message);
  expect(checkMessageBlocks(message.blocks)).toBeNull();
  expect(Buffer.byteLength(message.text)).toBeLessThanOrEqual(4000);
  expect(message.text.trim()).not.toBe('');
  expect(JSON.stringify(message.blocks).length).toBeLessThan(16_000);
}

const runs = { numRuns: 150 };

const times = fc.integer({ min: 1_790_000_000_000, max: 1_800_000_000_000 });
const episodes = fc.record(
  {
    id: ids,
    revision: fc.nat(),
    change: fc.nat(),
    alerts: fc.array(
      fc.record({
        fingerprint: hostile,
        name: hostile,
        status: fc.constantFrom('firing' as const, 'resolved' as const),
        since: times,
        firedAt: times,
        heardAt: times,
        times: fc.integer({ min: 1, max: 9 }),
      }),
      { maxLength: 6 },
    ),
    resolvedAt: times,
    isCalledOff: fc.boolean(),
  },
  { requiredKeys: ['id', 'revision', 'change', 'alerts', 'isCalledOff'] },
);

describe('whatever the cluster says, Slack takes it and nobody is pinged', () => {
  test('the report', () => {
    fc.assert(
      fc.property(reports, fc.boolean(), (report, isLooking) => {
        hypothesesMessages(report, isLooking).forEach(expectFit);
        conclusionMessages(report).forEach(expectFit);
        const evidence = evidenceMessage(report);
        if (evidence !== undefined) expectFit(evidence);
      }),
      runs,
    );
  });

  test('what is asked and said after the report', () => {
    const by = fc.record({ id: fc.constant('U0BOB'), name: hostile });
    const notes = fc.array(fc.record({ by, at: fc.constant(1_800_000_000_000), text: hostile }), {
      maxLength: 8,
    });
    const counted = fc.constantFrom({ failed: 0, of: 500 }, { failed: 3, of: 2000 });
    const samples = fc.array(
      fc.record({
        title: hostile,
        from: hostile,
        before: fc.option(counted, { nil: undefined }),
        now: counted,
      }),
      { maxLength: 20 },
    );
    const causes = fc.array(
      fc.record({
        before: verdict,
        now: fc.option(verdict, { nil: undefined }),
      }),
      { maxLength: 30 },
    );
    const kinds = fc.constantFrom(
      'appeared',
      'proven',
      'returned',
      'gone',
      'fix-holds',
      'unseen',
      'unproven',
      'still-there',
    );
    const changes = fc.array(fc.record({ kind: kinds, cause: ids, title: hostile, reason: hostile }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(
        reports,
        by,
        notes,
        samples,
        causes,
        changes,
        hostile,
        (report, person, said, arms, all, news, why) => {
          withFollowUps(conclusionMessages(report), report.id, true).forEach(expectFit);
          const evidence = evidenceMessage(withNotes(report, said));
          if (evidence !== undefined) expectFit(evidence);
          for (const effort of [undefined, 'more'] as const) {
            const run = { id: 'a', by: person, at: 0, only: ['a'], ...(effort && { effort }) };
            expectFit(lookingAgainMessage(run));
            expectFit(lookedAgainMessage({ run, now: report, causes: all, samples: arms }));
          }
          expectFit(notLookedAgainMessage(why));
          for (const goesOn of [true, false])
            expectFit(changesMessage({ changes: news, blind: why, goesOn }, 0));
          for (const topic of ['why', 'queries'] as const) {
            const view = explainedModal(topic, report, 0);
            expectHarmless(view);
            expect(checkView(view)).toEqual([]);
            expect(JSON.stringify(view).length).toBeLessThan(250_000);
          }
        },
      ),
      runs,
    );
  });

  test('the message in the channel', () => {
    const states = fc.record({
      id: ids,
      cluster: fc.constant('test'),
      request: requests,
      requester: person,
      progress: progresses,
      silence: fc.constantFrom('none' as const, 'long' as const, 'given-up' as const),
      remediations: fc.array(remediations, { maxLength: 2 }),
      episode: fc.option(episodes, { nil: undefined }),
      held: fc.option(fc.record({ until: times, ahead: fc.nat() }), { nil: undefined }),
    });
    fc.assert(
      fc.property(states, (state) => expectFit(rootMessage(state))),
      runs,
    );
  });

  test('proposals and their preview', () => {
    fc.assert(
      fc.property(remediations, hostile, previews, (remediation, text, preview) => {
        expectFit(proposalMessage(remediation, { whoMay: text, silent: false, cluster: 'test' }));
        expectFit(proposalMessage(remediation, { whoMay: text, silent: true, cluster: 'test' }));
        expectFit(byHandMessage(remediation.proposal));
        const view = previewModal({ kind: 'answered', preview });
        expectHarmless(view);
        expect(checkView(view)).toEqual([]);
      }),
      runs,
    );
  });

  test('answers to commands', () => {
    const origin = fc.constantFrom('shipped' as const, 'added' as const, 'overriding' as const);
    const causes = fc.array(fc.record({ title: hostile, origin }), { maxLength: 200 });
    const playbooks = fc.record({
      symptoms: fc.array(fc.record({ id: hostile, title: hostile, origin, causes }), { maxLength: 12 }),
      unreached: causes,
      version: fc.constant('0123456789ab'),
      since: fc.constant(1_800_000_000_000),
      problems: fc.array(hostile, { maxLength: 200 }),
    });
    fc.assert(
      fc.property(playbooks, hostile, fc.nat(80), (listed, text, column) => {
        expectFit(helpMessage(listed.symptoms));
        const messages = playbooksMessages(listed);
        expect(messages.length).toBeLessThanOrEqual(5);
        messages.forEach(expectFit);
        expectFit(problemMessage(text, { kind: 'problem', column: column + 1, message: text || 'x' }));
        expectFit(sentence(text || 'x'));
      }),
      runs,
    );
  });

  test('how it is, in the channel and on the Home tab', () => {
    const at = fc.integer({ min: 0, max: 2_000_000_000_000 });
    const overviews = fc.record({
      cluster: hostile,
      now: at,
      investigations: fc.array(
        fc.record({ id: ids, headline: hostile, isOpen: fc.boolean(), ageMs: fc.nat(), permalink: hostile }),
        { maxLength: 12 },
      ),
      hidden: fc.nat(12),
      approvals: fc.array(
        fc.record({ summary: hostile, service: hostile, expiresAt: at, permalink: hostile }),
        { maxLength: 100 },
      ),
      parts: fc.array(fc.record({ name: hostile, isWell: fc.boolean(), says: hostile, since: at }), {
        maxLength: 6,
      }),
      lastError: fc.record({ at, why: hostile }),
    });
    const settings = fc.record({
      cluster: hostile,
      incidentChannels: hostile,
      remediation: fc.constantFrom('on' as const, 'off' as const),
      whoMayApprove: hostile,
      playbooks: fc.record({ version: hostile, problems: fc.array(hostile, { maxLength: 200 }) }),
    });
    fc.assert(
      fc.property(overviews, settings, fc.boolean(), at, (overview, set, isAway, now) => {
        expectFit(statusMessage(overview));
        const view = homeView({ overview: isAway ? undefined : overview, settings: set, now });
        expectHarmless(view);
        expect(checkView(view)).toEqual([]);
      }),
      runs,
    );
  });

  test('statistics', () => {
    const count = fc.nat(5000);
    const statistics = fc.record({
      investigations: fc.integer({ min: 1, max: 5000 }),
      triggers: fc.constant([{ name: 'command' as const, count: 1 }]),
      ends: fc.constant([{ name: 'failed' as const, count: 1 }]),
      causes: fc.array(fc.record({ name: hostile, count }), { maxLength: 40 }),
      blind: fc.array(
        fc.record({
          what: hostile,
          reason: fc.constant('no-data' as const),
          mend: hostile,
          investigations: count,
        }),
        { maxLength: 40 },
      ),
      changes: fc.constant({ made: 0, outcomes: [], undone: 0 }),
      isCut: fc.boolean(),
    });
    fc.assert(
      fc.property(statistics, hostile, (one, cluster) => {
        expectFit(statsMessage(one, { cluster, seconds: 3600 }));
      }),
      runs,
    );
  });
});
