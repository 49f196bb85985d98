import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { play } from '../../sim/demo/play.ts';
import { startDemo, type Demo } from '../../sim/demo/start-demo.ts';

const hostile =
  '<!channel> <@U0BOB> <https://evil.example|click to repair> `rm -rf` & "quoted" \\ {__name__=~".+"}';

/** Text that others control reaches Slack as text, and Prometheus as a label value. */
describe('hostile text', () => {
  let demo: Demo;

  beforeAll(async () => {
    demo = await startDemo({ world: 'quiet', rateScale: Infinity });
  });
  afterAll(() => demo.close());

  test.each([
    ['a mention', '<!channel>'],
    ['a person', '<@U0BOB>'],
    ['a link', '<https://evil.example|click here>'],
    ['code', '`checkout`;`'],
    ['PromQL', 'checkout",job=~".+'],
    ['all of it', hostile],
    ['10 kB', `checkout ${'x<!channel>'.repeat(1000)}`],
  ])('%s in a command is answered harmlessly, to the person alone', async (_what, text) => {
    const before = demo.slack.control.messages('C0OPS').length;

    const outcome = await demo.slack.control.command({
      user: 'U0ALICE',
      channel: 'C0OPS',
      command: '/netcheck',
      text,
    });

    expect(outcome).toMatchObject({ ok: true });
    const answers = demo.slack.control.messages('C0OPS').slice(before);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatchObject({ ephemeral_for: 'U0ALICE' });
    expectHarmless(answers);
  });

  test('the words of an API server that refuses are shown, not obeyed', async () => {
    const refusal = demo.cluster.faults.fail(
      { resource: 'endpointslices' },
      { kind: 'status', code: 403, message: `endpointslices is forbidden: ${hostile}` },
    );
    try {
      const { thread, report } = await play(demo, '/netcheck catalog');

      const verdict = report.hypotheses.find(({ cause }) => cause === 'no-ready-endpoints');
      expect(verdict).toMatchObject({ status: 'unchecked' });
      expect(JSON.stringify(thread)).toContain('endpointslices is forbidden');
      expectHarmless(thread);
    } finally {
      refusal.remove();
    }
  });

  test('an alert text in an incident channel is read for names, not obeyed', async () => {
    const { control, botUserId } = demo.slack;
    const { channel } = control.channel({ user: 'U0ALICE', name: 'inc-1-something', topic: hostile });
    control.message({ user: 'U0ALICE', channel: channel.id, text: `${hostile} catalog is slow` });
    control.invite({ user: 'U0ALICE', channel: channel.id, users: [botUserId] });

    await control.until(
      () => mine(channel.id).some(({ text }) => text.includes('catalog.shop')) || undefined,
    );
    expectHarmless(mine(channel.id));
  });

  function mine(channel: string) {
    return demo.slack.control.messages(channel).filter(({ bot_id }) => bot_id !== undefined);
  }
});

function expectHarmless(
  messages: readonly { readonly text: string; readonly notifies?: readonly string[] }[],
): void {
  expect(messages.flatMap(({ notifies = [] }) => notifies)).toEqual([]);
  const raw = JSON.stringify(messages);
  expect(raw).not.toContain('<!channel>');
  expect(raw).not.toContain('<@U0BOB>');
  expect(raw).not.toContain('<https://evil.example');
}
