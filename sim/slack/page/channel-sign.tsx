import type { Channel } from './wire.ts';

/** The # or the lock before a channel's name. */
export function ChannelSign({ channel }: { readonly channel: Channel }) {
  return (
    <span className="channel-sign" aria-hidden="true">
      {channel.is_im === true ? (
        '@'
      ) : channel.is_private ? (
        <svg viewBox="0 0 16 16" width="12" height="12" fill="currentColor">
          <path d="M4 7V5a4 4 0 1 1 8 0v2h.5A1.5 1.5 0 0 1 14 8.5v5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 2 13.5v-5A1.5 1.5 0 0 1 3.5 7H4Zm1.8 0h4.4V5a2.2 2.2 0 0 0-4.4 0v2Z" />
        </svg>
      ) : (
        '#'
      )}
    </span>
  );
}
