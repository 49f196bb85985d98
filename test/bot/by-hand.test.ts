import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keys } from '../../core/jobs.ts';
import { proposal, report } from './reports.ts';
import { cluster, openStage, type Stage } from './stage.ts';
import { wordsOf } from './words.ts';

/** Where nobody allowed changes, a proposal is what a person can do. */
let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.startBot({ NETCHECK_REMEDIATION: 'off' });
});
afterAll(() => stage.close());

test('says the commands, and offers no button', async () => {
  const asked = await stage.ask();
  const id = `${asked.id}-no-ready-endpoints`;
  const ended = report(asked.id, { proposals: [{ ...proposal, id }] });
  await stage.publish(asked.id, { phase: 'ended', report: ended });
  const message = await stage.slack.control.until(() =>
    asked.replies().find((one) => wordsOf(one).includes("Change the Service's selector")),
  );
  const words = wordsOf(message);
  expect(words).toContain('kubectl');
  expect(words).toContain('app=checkout-v2');
  expect(words).toContain('netcheck does not do this itself');
  expect(message.blocks?.some(({ type }) => type === 'actions')).toBe(false);
  expect(await stage.redis.exists(keys.remediation(cluster, id))).toBe(0);
});
