/** What a Web API method answers when it refuses: `{ ok: false, error: code, ...details }`. */
export class SlackError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, details: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.name = 'SlackError';
    this.code = code;
    this.details = details;
  }
}

/** A refusal that tells which part of the arguments is wrong, as Slack's own `response_metadata.messages`. */
export function refusal(code: string, messages: readonly string[]): SlackError {
  return new SlackError(code, { response_metadata: { messages: messages.map((text) => `[ERROR] ${text}`) } });
}
