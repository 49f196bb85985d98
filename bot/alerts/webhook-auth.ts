import { createHash, timingSafeEqual } from 'node:crypto';

/** Whoever calls with what `bearer:<token>` or `basic:<user>:<password>` says may call. */
export class WebhookAuth {
  readonly #expected: Buffer;
  /** How to ask for it: the `WWW-Authenticate` of a refusal. */
  readonly challenge: string;

  constructor(setting: string) {
    const [scheme, secret] = splitOnce(setting);
    const isBasic = scheme === 'basic';
    this.#expected = digest(scheme, isBasic ? Buffer.from(secret).toString('base64') : secret);
    this.challenge = isBasic ? 'Basic realm="netcheck", charset="UTF-8"' : 'Bearer realm="netcheck"';
  }

  /** Takes as long whether it is nearly right or not at all. */
  allows(authorization: string | undefined): boolean {
    const [, scheme = '', credentials = ''] = /^(\S+) +(\S+) *$/.exec(authorization ?? '') ?? [];
    return timingSafeEqual(digest(scheme.toLowerCase(), credentials), this.#expected);
  }
}

function splitOnce(setting: string): readonly [string, string] {
  const colon = setting.indexOf(':');
  return [setting.slice(0, colon), setting.slice(colon + 1)];
}

function digest(scheme: string, credentials: string): Buffer {
  return createHash('sha256').update(`${scheme} ${credentials}`).digest();
}
