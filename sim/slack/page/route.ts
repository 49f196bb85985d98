import { useSyncExternalStore } from 'react';

export type Route =
  | { readonly page: 'start' }
  | { readonly page: 'home' }
  | { readonly page: 'channel'; readonly channel: string; readonly thread: string | null };

function parseRoute(hash: string): Route {
  const [first = '', second = ''] = hash.replace(/^#?\/?/, '').split('/');
  if (first === '') return { page: 'start' };
  if (first === 'home') return { page: 'home' };
  return { page: 'channel', channel: first, thread: second === '' ? null : second };
}

export const hrefOf = (channel: string, thread: string | null = null): string =>
  thread === null ? `#/${channel}` : `#/${channel}/${thread}`;

export function go(href: string): void {
  window.location.hash = href;
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => window.location.hash));
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}
