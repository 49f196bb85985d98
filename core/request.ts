import * as z from 'zod';
import { parseDuration } from './duration.ts';
import { nearest } from './text.ts';

export const defaultWindowSeconds = 30 * 60;
/** What a person may ask for, in seconds; the check of a change looks back to the change, a minute at least. */
const windowLimits = { min: 5 * 60, max: 24 * 3600, minOfCheck: 60 };

/** How long a channel may be muted, in seconds; for longer people mute without an end. */
const muteLimits = { min: 60, max: 30 * 24 * 3600 };
/** Over how long statistics may be asked for, in seconds: results are kept for 7 days. */
const statsLimits = { min: 3600, max: 7 * 86_400 };

/** The far end a person named: `to payments`, `to api.stripe.com:443`. */
const Destination = z.strictObject({
  host: z.string(),
  port: z.int().min(1).max(65_535).optional(),
});
type Destination = z.infer<typeof Destination>;

/** A Service as it was named. */
const Name = z.strictObject({ service: z.string(), namespace: z.string().optional() });

/** What is to be triaged: a Service by name, one that has to be recognised in what people wrote, or one of some. */
export const Subject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('named'), service: z.string(), namespace: z.string().optional() }),
  z.strictObject({ kind: z.literal('mentioned'), texts: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('candidates'), candidates: z.array(Name).min(1) }),
]);
export type Subject = z.infer<typeof Subject>;

export const Request = z.strictObject({
  subject: Subject,
  destination: Destination.optional(),
  /** How far back to look, in seconds. */
  windowSeconds: z.int().min(windowLimits.minOfCheck).max(windowLimits.max),
  symptom: z.string().optional(),
});
export type Request = z.infer<typeof Request>;

export type Command =
  | { readonly kind: 'triage'; readonly request: Request }
  /** Nothing was said at all. */
  | { readonly kind: 'ask' }
  | { readonly kind: 'help' }
  | { readonly kind: 'playbooks' }
  | { readonly kind: 'status' }
  /** Over the last `seconds`. */
  | { readonly kind: 'stats'; readonly seconds: number }
  /** What a person saw, after the word `note`. */
  | { readonly kind: 'note'; readonly text: string }
  /** Without an id that of the thread is meant, or outside threads the newest of the channel. */
  | { readonly kind: 'cancel'; readonly id?: string }
  | { readonly kind: 'watch'; readonly id?: string }
  | { readonly kind: 'unwatch'; readonly id?: string }
  | { readonly kind: 'export'; readonly id?: string }
  /** Without `seconds` until unmuted. */
  | { readonly kind: 'mute'; readonly seconds?: number }
  | { readonly kind: 'unmute' };

/** Why a command was not understood. `column` counts from 1. */
export interface CommandProblem {
  readonly kind: 'problem';
  readonly column: number;
  readonly message: string;
}

export interface Word {
  readonly text: string;
  readonly column: number;
}

const serviceName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const hostName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;

export function isInvestigationId(text: string): boolean {
  return /^[a-z0-9]{4,32}$/.test(text);
}

/**
 * Understands what follows `/netcheck` or `@netcheck`:
 * `<service>[.<namespace>] [to <host|service>[:port]] [since 30m] [<symptom>]`, or a word of its own
 * (`help`, `playbooks`, `status`, `stats`, `cancel`, `watch`, `unwatch`, `note`, `export`, `mute`, `unmute`).
 */
export function parseCommand(text: string, symptoms: readonly string[]): Command | CommandProblem {
  const words = splitWords(text);
  const first = words[0];
  if (first === undefined) return { kind: 'ask' };
  const { text: word } = first;
  if (
    words.length === 1 &&
    (word === 'help' || word === 'playbooks' || word === 'status' || word === 'unmute')
  )
    return { kind: word };
  if (word === 'stats' && words.length === 1) return { kind: 'stats', seconds: statsLimits.max };
  if (word === 'stats' && words.length === 2) {
    const [, span = first] = words;
    const seconds = parseDuration(span.text);
    if (seconds !== undefined) return parseStats(span, seconds);
  }
  if (word === 'note' && words.length > 1)
    return { kind: 'note', text: text.slice(text.indexOf('note') + 4).trim() };
  if (isOfOne(word) && words.length <= 2) return parseOfOne(word, words[1]);
  if (word === 'mute' && words.length <= 2) return parseMute(words[1]);
  return parseTriage(first, words.slice(1), symptoms);
}

/** Slack turns `api.shop:443` into `<http://api.shop|api.shop>:443`; a person typed the former. */
function splitWords(text: string): Word[] {
  return [...text.matchAll(/\S+/g)].map((match) => ({
    text: match[0].replace(/<https?:\/\/[^|>]*\|([^>]*)>/, '$1').replace(/^`([^`]*)`$/, '$1'),
    column: match.index + 1,
  }));
}

function parseStats(word: Word, seconds: number): Command | CommandProblem {
  return seconds >= statsLimits.min && seconds <= statsLimits.max
    ? { kind: 'stats', seconds }
    : unexpected(word, 'a time span from 1h to 7d');
}

const ofOne = ['cancel', 'watch', 'unwatch', 'export'] as const;

/** Whether a word is a command about one investigation. */
function isOfOne(word: string): word is (typeof ofOne)[number] {
  return (ofOne as readonly string[]).includes(word);
}

function parseOfOne(kind: (typeof ofOne)[number], id: Word | undefined): Command | CommandProblem {
  if (id === undefined) return { kind };
  if (!isInvestigationId(id.text))
    return unexpected(id, 'the id of an investigation, as /netcheck status shows it');
  return { kind, id: id.text };
}

function parseMute(span: Word | undefined): Command | CommandProblem {
  if (span === undefined) return { kind: 'mute' };
  const seconds = parseDuration(span.text);
  if (seconds === undefined || seconds < muteLimits.min || seconds > muteLimits.max)
    return unexpected(span, 'a time span from 1m to 30d, as in mute 2h, or nothing');
  return { kind: 'mute', seconds };
}

function parseTriage(
  first: Word,
  rest: readonly Word[],
  symptoms: readonly string[],
): Command | CommandProblem {
  const subject = parseSubject(first);
  if (subject.kind === 'problem') return subject;

  let destination: Destination | undefined;
  let windowSeconds: number | undefined;
  let symptom: string | undefined;
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index];
    if (word === undefined) break;
    if (word.text === 'to' && destination === undefined) {
      const parsed = parseFarEnd(rest[++index], word);
      if ('kind' in parsed) return parsed;
      destination = parsed;
    } else if (word.text === 'since' && windowSeconds === undefined) {
      const parsed = parseWindow(rest[++index], word);
      if (typeof parsed !== 'number') return parsed;
      windowSeconds = parsed;
    } else if (symptoms.includes(word.text) && symptom === undefined) {
      symptom = word.text;
    } else {
      return unexpectedOption(word, symptoms);
    }
  }
  return {
    kind: 'triage',
    request: {
      subject,
      windowSeconds: windowSeconds ?? defaultWindowSeconds,
      ...(destination && { destination }),
      ...(symptom !== undefined && { symptom }),
    },
  };
}

export function parseSubject(word: Word): Extract<Subject, { kind: 'named' }> | CommandProblem {
  const [service = '', namespace, ...more] = word.text.replace(/\.svc(\.cluster\.local)?\.?$/, '').split('.');
  const valid =
    serviceName.test(service) &&
    (namespace === undefined || serviceName.test(namespace)) &&
    more.length === 0;
  if (!valid) return unexpected(word, 'a Service, as in checkout or checkout.shop');
  return { kind: 'named', service, ...(namespace !== undefined && { namespace }) };
}

function parseFarEnd(word: Word | undefined, after: Word): Destination | CommandProblem {
  if (word === undefined) return missing(after, 'a host or Service, as in to api.example.com:443');
  return parseDestination(word);
}

export function parseDestination(word: Word): Destination | CommandProblem {
  const [host = '', port, ...more] = word.text.split(':');
  const number = port === undefined ? undefined : Number(port);
  const validPort = number === undefined || (/^\d{1,5}$/.test(port ?? '') && number >= 1 && number <= 65_535);
  if (!hostName.test(host) || host.length > 253 || !validPort || more.length > 0) {
    return unexpected(
      word,
      'a host or Service with an optional port from 1 to 65535, as in api.example.com:443',
    );
  }
  return { host, ...(number !== undefined && { port: number }) };
}

function parseWindow(word: Word | undefined, after: Word): number | CommandProblem {
  const expected = 'a time span from 5m to 24h, as in since 30m';
  if (word === undefined) return missing(after, expected);
  const seconds = parseDuration(word.text);
  if (seconds === undefined || seconds < windowLimits.min || seconds > windowLimits.max)
    return unexpected(word, expected);
  return seconds;
}

function unexpectedOption(word: Word, symptoms: readonly string[]): CommandProblem {
  const [meant] = nearest(word.text, ['to', 'since', ...symptoms], 1);
  const expected = `to <host>, since <time> or a symptom (${symptoms.join(', ')})`;
  return unexpected(word, meant === undefined ? expected : `${expected}. Did you mean ${meant}?`);
}

function unexpected(word: Word, expected: string): CommandProblem {
  const letters = Array.from(word.text);
  const shown = letters.length > 60 ? `${letters.slice(0, 60).join('')}…` : word.text;
  return { kind: 'problem', column: word.column, message: `Unexpected "${shown}", expected ${expected}` };
}

function missing(after: Word, expected: string): CommandProblem {
  const column = after.column + after.text.length + 1;
  return { kind: 'problem', column, message: `Unexpected end after "${after.text}", expected ${expected}` };
}
