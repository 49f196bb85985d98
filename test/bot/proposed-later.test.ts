import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InvestigateJob, queueNames, type RemediateJob } from '../../core/jobs.ts';
import type { Proposal } from '../../core/remediation/proposal.ts';
import { openWorker } from '../../platform/queues.ts';
import type { Message } from '../../sim/slack/model.ts';
import { preview } from '../core/remediation/remediations.ts';
import { proposal, report } from './reports.ts';
import { cluster, openStage, type Asked, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

const bob = { id: 'U0BOB', name: 'bob' };

interface Button {
  readonly action_id: string;
  readonly block_id: string;
  readonly value: string;
}

/** What mends a cause that was only confirmed when somebody had it looked at again. */
describe.each(['on', 'off'] as const)('with changes switched %s', (remediation) => {
  let stage: Stage;
  const workers: { close: () => Promise<void> }[] = [];
  /** Ids of the looks again. */
  const runs: string[] = [];

  beforeAll(async () => {
    stage = await openStage();
    await stage.startBot({ NETCHECK_REMEDIATION: remediation });
    workers.push(
      openWorker(queueNames.investigate(cluster), stage.redisUrl, (job) => {
        const asked = InvestigateJob.parse(job.data);
        if (asked.only !== undefined) runs.push(asked.id);
        return Promise.resolve();
      }),
      openWorker(queueNames.remediate(cluster), stage.redisUrl, async ({ name, data }) => {
        if (name !== 'preview') return;
        await stage.happen((data as RemediateJob).proposal, { kind: 'previewed', preview });
      }),
    );
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.close()));
    await stage.close();
  });

  const until: Stage['slack']['control']['until'] = (find, ms) => stage.slack.control.until(find, ms);
  const saying = (asked: Asked, words: string): readonly Message[] =>
    asked.replies().filter((one) => wordsOf(one).includes(words));
  const buttonsOf = ({ blocks = [] }: Message): readonly Button[] =>
    blocks
      .filter(({ type }) => type === 'actions')
      .flatMap(({ block_id, elements }) =>
        (elements as Button[]).map((button) => ({ ...button, block_id: block_id as string })),
      );

  async function click(asked: Asked, action: string): Promise<void> {
    const { ts, block_id, action_id, value } = await until(() =>
      asked
        .replies()
        .flatMap((message) => buttonsOf(message).map((button) => ({ ...button, ts: message.ts })))
        .find((button) => button.action_id === action),
    );
    const at = { user: 'U0BOB', channel: 'ops', message_ts: ts };
    const outcome = await stage.slack.control.action({ ...at, block_id, action_id, value });
    expect(outcome.ok).toBe(true);
  }

  /** A report that proposes this. */
  async function reported(...proposals: Proposal[]): Promise<Asked> {
    const asked = await stage.ask();
    await stage.publish(asked.id, { phase: 'ended', report: report(asked.id, { proposals }) });
    return asked;
  }

  /** Bob has it looked at again, and this is proposed then. The id of that look. */
  async function again(asked: Asked, changes: Partial<Proposal> = {}): Promise<string> {
    const { length: before } = saying(asked, 'Checked again at');
    const { length: earlier } = runs;
    await click(asked, 'check_again');
    const run = await until(() => runs[earlier]);
    const proposals = [{ ...proposal, id: proposedBy(run), ...changes }];
    await stage.publish(run, { phase: 'ended', report: report(run, { proposals }) });
    await until(() => saying(asked, 'Checked again at')[before]);
    return run;
  }
  const proposedBy = (run: string): string => `${run}-no-ready-endpoints`;

  const title = "Change the Service's selector";

  test('is proposed then, and not a second time', async () => {
    const asked = await reported();
    const run = await again(asked);
    const { ts } = await until(() => saying(asked, title)[0]);
    const remediations = await stage.remediations.of(asked.id);
    expect(remediations).toMatchObject(
      remediation === 'on' ? [{ proposal: { id: proposedBy(run) }, foundBy: run, requester: bob }] : [],
    );
    await again(asked);
    await again(asked, { params: { selector: 'app=checkout-v3' } });
    await until(() => saying(asked, 'app=checkout-v3')[0]);
    expect(saying(asked, title).map((one) => one.ts === ts)).toEqual([true, false]);
  });

  test('is not proposed where it was from the first', async () => {
    const asked = await reported({ ...proposal, id: 'from-the-first' });
    await until(() => saying(asked, title)[0]);
    await again(asked);
    await again(asked, { params: { selector: 'app=checkout-v3' } });
    await until(() => saying(asked, 'app=checkout-v3')[0]);
    expect(saying(asked, title)).toHaveLength(2);
  });
});
