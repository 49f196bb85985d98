import { isAlert } from '../../core/alerts/by-alert.ts';
import { netcheck } from '../../core/remediation/state.ts';
import type { Asked } from '../records.ts';
import { tellAlone } from '../slack/tell-alone.ts';
import { sentence } from '../views/replies.ts';
import type { FollowTools } from './tools.ts';

/** Says to the person who asked, and to nobody else, why there will be no report. */
export async function tellRequester(
  { responseUrl, where }: Pick<Asked, 'responseUrl' | 'where'>,
  code: string,
  tools: Pick<FollowTools, 'slack' | 'logger'>,
): Promise<void> {
  if (isAlert(where.requester) || where.requester.id === netcheck.id) {
    const { channel, requester } = where;
    tools.logger.warn({ channel, code, requester: requester.name }, 'a report cannot be written');
    return;
  }
  const alone = { user: where.requester.id, channel: where.channel, responseUrl };
  await tellAlone(tools, alone, sentence(explain(code)));
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
