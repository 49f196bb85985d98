import { useEffect, useState } from 'react';
import { ChannelPane } from './channel-pane.tsx';
import { channelLabel, firstChannel, isVisible } from './conversation.ts';
import { HomePane } from './home-pane.tsx';
import { Notices } from './notices.tsx';
import { hrefOf, useRoute } from './route.ts';
import { SessionContext } from './session.ts';
import { Sidebar } from './sidebar.tsx';
import { ThreadPane } from './thread-pane.tsx';
import { useTheme } from './use-theme.ts';
import { useWorkspace } from './use-workspace.ts';
import { ViewModal } from './view-modal.tsx';

export function App() {
  const [user, setUser] = useState(() => new URLSearchParams(window.location.search).get('user'));
  const { workspace, dispatch, isConnected } = useWorkspace(user);
  const theme = useTheme();
  const route = useRoute();

  const visible = workspace?.channels.filter((channel) => isVisible(channel, workspace.me.id)) ?? [];
  const wanted = route.page === 'channel' ? route.channel : null;
  const channel =
    workspace?.channels.find(({ id }) => id === wanted) ?? firstChannel(visible, workspace?.users ?? []);
  const thread = route.page === 'channel' && channel?.id === wanted ? route.thread : null;
  const shown = route.page === 'home' ? undefined : channel;
  const hasNews = shown !== undefined && workspace?.unread.has(shown.id) === true;

  useEffect(() => {
    if (hasNews) dispatch({ type: 'channel_read', channel: shown.id });
  }, [hasNews, shown, dispatch]);
  useEffect(() => {
    if (workspace === null) return;
    const place = shown === undefined ? 'App home' : channelLabel(shown, workspace.users);
    document.title = `${place} · ${workspace.team.name}`;
  }, [shown, workspace]);

  if (workspace === null) {
    return (
      <p className="connecting" role="status">
        Connecting to the workspace…
      </p>
    );
  }
  const actAs = (id: string) => {
    const query = new URLSearchParams({ user: id });
    window.history.replaceState(null, '', `?${query.toString()}${window.location.hash}`);
    setUser(id);
  };
  const notify = (text: string) => dispatch({ type: 'notice', text });
  const clearNotices = () => dispatch({ type: 'notices_dismissed' });
  const fail = (what: string, code = 'unknown_error') => dispatch({ type: 'failure', what, code });
  return (
    <SessionContext value={{ workspace, theme, notify, fail, clearNotices }}>
      <div className={thread === null ? 'app' : 'app app-with-thread'}>
        <Sidebar channels={visible} current={shown?.id ?? null} actAs={actAs} />
        {shown === undefined ? (
          <HomePane />
        ) : (
          <ChannelPane key={shown.id} channel={shown} openThread={thread} />
        )}
        {shown !== undefined && thread !== null && (
          <ThreadPane key={thread} channel={shown} root={thread} closeTo={hrefOf(shown.id)} />
        )}
      </div>
      {workspace.view !== null && <ViewModal key={workspace.view.id} view={workspace.view} />}
      <Notices isConnected={isConnected} dismiss={(text) => dispatch({ type: 'notice_dismissed', text })} />
    </SessionContext>
  );
}
