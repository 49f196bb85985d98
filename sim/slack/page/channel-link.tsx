import { ChannelSign } from './channel-sign.tsx';
import { channelLabel } from './conversation.ts';
import { hrefOf } from './route.ts';
import { useSession } from './session.ts';
import type { Channel } from './wire.ts';

export function ChannelLink({
  channel,
  isCurrent,
}: {
  readonly channel: Channel;
  readonly isCurrent: boolean;
}) {
  const { unread, users } = useSession().workspace;
  const isUnread = unread.has(channel.id);
  const name = channelLabel(channel, users).replace(/^#/, '');
  return (
    <a
      className={isUnread ? 'sidebar-link sidebar-link-unread' : 'sidebar-link'}
      href={hrefOf(channel.id)}
      aria-current={isCurrent ? 'page' : undefined}
      aria-label={isUnread ? `${name}, unread` : name}
      data-testid="channel-link"
      data-channel={channel.id}
    >
      <ChannelSign channel={channel} />
      <span className="clip">{name}</span>
    </a>
  );
}
