import { identity, newId } from '../identity.ts';

/** A body as the app receives it, over HTTP or inside a Socket Mode envelope. */
export type Payload =
  | { readonly kind: 'events_api'; readonly body: Body }
  | { readonly kind: 'slash_commands'; readonly body: Readonly<Record<string, string>> }
  | { readonly kind: 'interactive'; readonly body: Body };

export type Body = Readonly<Record<string, unknown>>;

/** https://docs.slack.dev/apis/events-api#callback-field */
export function eventCallback(event: Body): Payload {
  const { verificationToken, teamId, appId, botUserId } = identity;
  return {
    kind: 'events_api',
    body: {
      token: verificationToken,
      team_id: teamId,
      context_team_id: teamId,
      context_enterprise_id: null,
      api_app_id: appId,
      event,
      type: 'event_callback',
      event_id: newId('Ev'),
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: teamId,
          user_id: botUserId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
      event_context: newId('4-'),
    },
  };
}
