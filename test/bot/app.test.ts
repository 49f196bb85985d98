import { expect, test } from '@jest/globals';
import type { App } from '@slack/bolt';
import { registerListeners } from '../../bot/app.ts';
import type { Bot } from '../../bot/bot.ts';
import { manifest } from './manifest.ts';

test('the manifest names the commands, events and shortcuts that the app listens to, and no others', () => {
  const commands: string[] = [];
  const events: string[] = [];
  const shortcuts: string[] = [];
  const listening = {
    command: (name: string) => commands.push(name),
    event: (name: string) => events.push(name),
    shortcut: ({ callback_id: name }: { callback_id: string }) => shortcuts.push(name),
    action: () => undefined,
    options: () => undefined,
    view: () => undefined,
  };
  registerListeners(listening as unknown as App, {} as Bot);
  expect(manifest.features?.slash_commands?.map(({ command }) => command)).toEqual(commands);
  // Slack has one event for messages, and a subscription for each kind of channel.
  const subscribed = manifest.settings?.event_subscriptions?.bot_events.map((name) =>
    name.replace(/\..*/, ''),
  );
  expect([...new Set(subscribed)]).toEqual(events);
  expect(manifest.features?.shortcuts?.map(({ callback_id: name }) => name)).toEqual(shortcuts);
});

test('a person who sees the app in Slack is told what it is for', () => {
  const [command] = manifest.features?.slash_commands ?? [];
  expect(command?.usage_hint).toContain('<service>');
  expect(manifest.display_information.name).toBe('netcheck');
});
