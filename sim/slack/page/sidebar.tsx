import { useState } from 'react';
import { ChannelLink } from './channel-link.tsx';
import { CreateChannel } from './create-channel.tsx';
import { useSession } from './session.ts';
import { UserSwitcher } from './user-switcher.tsx';
import type { Channel } from './wire.ts';

interface Props {
  readonly channels: readonly Channel[];
  readonly current: string | null;
  readonly actAs: (user: string) => void;
}

export function Sidebar({ channels, current, actAs }: Props) {
  const { team } = useSession().workspace;
  const [isCreating, setCreating] = useState(false);
  const sorted = [...channels].sort((a, b) => a.name.localeCompare(b.name));
  return (
    <aside className="sidebar" data-testid="sidebar">
      <header className="sidebar-team">{team.name}</header>
      <nav className="sidebar-nav" aria-label="Channels">
        <h2 id="channels-heading">Channels</h2>
        <ul aria-labelledby="channels-heading">
          {sorted
            .filter(({ is_im }) => is_im !== true)
            .map((channel) => (
              <li key={channel.id}>
                <ChannelLink channel={channel} isCurrent={channel.id === current} />
              </li>
            ))}
        </ul>
        <button
          type="button"
          className="sidebar-link"
          onClick={() => setCreating(true)}
          data-testid="create-channel"
        >
          <span aria-hidden="true">+</span> Add channel
        </button>
        <h2 id="apps-heading">Apps</h2>
        <ul aria-labelledby="apps-heading">
          <li>
            <a
              className="sidebar-link"
              href="#/home"
              aria-current={current === null ? 'page' : undefined}
              data-testid="home-link"
            >
              <span aria-hidden="true">⌂</span> App home
            </a>
          </li>
          {sorted
            .filter(({ is_im }) => is_im === true)
            .map((channel) => (
              <li key={channel.id}>
                <ChannelLink channel={channel} isCurrent={channel.id === current} />
              </li>
            ))}
        </ul>
      </nav>
      <UserSwitcher actAs={actAs} />
      {isCreating && <CreateChannel onClose={() => setCreating(false)} />}
    </aside>
  );
}
