import { useEffect } from 'react';
import { openHome } from './api.ts';
import { BlockHostContext } from './blocks/block-host.ts';
import { Blocks } from './blocks/blocks.tsx';
import { useSession } from './session.ts';
import { useViewHost } from './use-view-host.ts';
import type { View } from './wire.ts';

export function HomePane() {
  const { me, home } = useSession().workspace;
  useEffect(() => void openHome(me.id), [me.id]);
  return (
    <main className="pane channel-pane" data-testid="home-pane" aria-label="App home">
      <header className="pane-head">
        <h1>App home</h1>
      </header>
      <div className="messages home" tabIndex={0}>
        {home === null ? (
          <p className="muted">The app has not published its home tab yet.</p>
        ) : (
          <HomeView view={home} />
        )}
      </div>
    </main>
  );
}

function HomeView({ view }: { readonly view: View }) {
  const { host } = useViewHost(view);
  return (
    <BlockHostContext value={host}>
      <Blocks blocks={view.blocks} />
    </BlockHostContext>
  );
}
