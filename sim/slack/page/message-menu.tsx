import { useState } from 'react';
import { pickShortcut } from './api.ts';
import { Menu } from './menu.tsx';
import { useSession } from './session.ts';
import type { Message } from './wire.ts';

/** What the app can do with a message: its message shortcuts. */
export function MessageMenu({ message, author }: { readonly message: Message; readonly author: string }) {
  const { workspace, fail } = useSession();
  const [isPending, setPending] = useState(false);
  const { me, shortcuts } = workspace;
  if (shortcuts.length === 0) return null;
  const pick = async (callback_id: string) => {
    setPending(true);
    const place = { user: me.id, channel: message.channel, message_ts: message.ts };
    const { ok, error } = await pickShortcut({ ...place, callback_id });
    setPending(false);
    if (!ok) fail('The shortcut failed', error);
  };
  return (
    <Menu
      label={`More actions for the message of ${author}`}
      className="message-tool message-menu"
      testId="message-menu"
      isPending={isPending}
      items={shortcuts.map(({ name, callback_id }) => ({ id: callback_id, content: name }))}
      choose={(id) => void pick(id)}
    />
  );
}
