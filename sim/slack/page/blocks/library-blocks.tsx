import { get } from 'node-emoji';
import { Message as LibraryMessage, type Block } from 'slack-blocks-to-jsx';
import { displayName } from '../conversation.ts';
import { hrefOf } from '../route.ts';
import { useSession } from '../session.ts';
import { forLibrary } from './for-library.ts';

type Hooks = NonNullable<React.ComponentProps<typeof LibraryMessage>['hooks']>;

const hooks: Hooks = {
  emoji: ({ name }) => get(name) ?? `:${name}:`,
  channel: ({ id, name }) => (
    <a className="mention" href={hrefOf(id)}>
      #{name}
    </a>
  ),
  link: ({ href, children, className }) => (
    <a className={className} href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  ),
};

export function LibraryBlocks({ blocks }: { readonly blocks: readonly Block[] }) {
  const { workspace, theme } = useSession();
  const { users, channels, me } = workspace;
  const named = users.map((user) => ({ id: user.id, name: displayName(user) }));
  const user: NonNullable<Hooks['user']> = ({ id, name }) => (
    <span className={id === me.id ? 'mention mention-me' : 'mention'}>@{name}</span>
  );
  return (
    <LibraryMessage
      withoutWrapper
      logo=""
      name=""
      theme={theme}
      blocks={blocks.map(forLibrary)}
      data={{ users: named, channels: channels.map(({ id, name }) => ({ id, name })) }}
      hooks={{ ...hooks, user }}
    />
  );
}
