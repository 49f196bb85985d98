import type { Asked } from '../records.ts';
import { failureOf } from '../slack/failure.ts';
import { sentence } from '../views/replies.ts';
import type { FollowTools } from './tools.ts';

/** Milliseconds; nothing waits for this answer. */
const timeoutMs = 5000;

/** Says to the person who asked, and to nobody else, why there will be no report. */
export async function tellRequester(
  { responseUrl, where }: Asked,
  code: string,
  { slack, logger }: Pick<FollowTools, 'slack' | 'logger'>,
): Promise<void> {
  const message = sentence(explain(code));
  if (responseUrl !== undefined) {
    const answer = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', ...message }),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => logger.warn({ err: error }, 'response_url did not answer'));
    if (answer?.ok === true) return;
  }
  try {
    await slack.chat.postEphemeral({
      channel: where.channel,
      user: where.requester.id,
      text: message.text,
      blocks: [...message.blocks],
    });
  } catch (error) {
    logger.warn({ failure: failureOf(error) }, 'the requester cannot be told');
  }
}

function explain(code: string): string {
  switch (code) {
    case 'not_in_channel':
    case 'channel_not_found':
      return 'netcheck cannot write to this channel. Type /invite @netcheck, then ask again.';
    case 'is_archived':
      return 'netcheck cannot write to this channel: it is archived. Ask in another one.';
    default:
      return `Slack does not let netcheck write to this channel (${code}). Ask in another one, or tell whoever runs netcheck.`;
  }
}
