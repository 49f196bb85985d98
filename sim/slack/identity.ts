import { randomBytes } from 'node:crypto';

/** Who the app is in this workspace. Fixed, so that a transcript reads the same each time. */
export const identity = {
  teamId: 'T0ACME',
  teamName: 'Acme',
  teamDomain: 'acme',
  appId: 'A0NETCHECK',
  botId: 'B0NETCHECK',
  botUserId: 'U0NETCHECK',
  /** Deprecated by Slack and still in every payload. */
  verificationToken: 'legacy-verification-token',
} as const;

export interface Credentials {
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
}

/** Tokens of this one workspace: those of another stand-in are invalid here. */
export function mintCredentials(): Credentials {
  return {
    botToken: `xoxb-${randomBytes(12).toString('hex')}`,
    appToken: `xapp-${randomBytes(12).toString('hex')}`,
    signingSecret: randomBytes(16).toString('hex'),
  };
}

export function newId(prefix: string): string {
  return `${prefix}${randomBytes(5).toString('hex').toUpperCase()}`;
}
