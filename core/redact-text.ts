/** Stands where a secret stood. */
export const redacted = '[redacted]';

/** A shape that secrets have, and what is left of it. What repeats is bounded, so that no text takes long. */
interface Shape {
  readonly pattern: RegExp;
  readonly leave: (match: string, before: string) => string;
}

const all = (): string => redacted;
/** What stands before a value says what it was. */
const value = (_: string, before: string): string => `${before}${redacted}`;

const secretName =
  '(?:passw(?:or)?d|passwd|passphrase|pwd|secret|token|credentials?|cookie|session[_-]?id|(?:api|access|private|signing|encryption)[_-]?key|(?<![a-z])(?:pass|pw)(?![\\w.-]))';
/** In quotes (also in JSON within JSON), or up to the next space or parameter. */
const secretValue = String.raw`(?:\[redacted\]|"(?:[^"\\]|\\.)*"|'[^']*'|\\"(?:(?!\\").)*\\"|[^\s&]+)`;

const privateKey: Shape = {
  pattern:
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
  leave: all,
};

/** Headers, and tokens that say by their first letters what they are. */
const known: readonly Shape[] = [
  { pattern: /(authorization\\?["']?\s*[:=]\s*)[^\n]+/gi, leave: value },
  // `bearer authentication` is a word, not a token.
  {
    pattern: /\b((?:[Bb]earer|BEARER|[Bb]asic|BASIC)\s+)(?=\S*[A-Z0-9=_~+/])[\w.~+/=-]{6,}/g,
    leave: value,
  },
  {
    pattern: /(:\/\/)[^\s/?#"'<>]{0,500}@/g,
    leave: (_, before) => `${before}${redacted}@`,
  },
  // A password may hold a slash; a port before a path is none.
  {
    pattern: /(:\/\/)[^\s/?#"'<>:]{0,200}:(?!\d{1,5}[/?#])[^\s"'<>]{0,200}@/g,
    leave: (_, before) => `${before}${redacted}@`,
  },
  // `curl -u name:password`; `--user 1000:1000` is a user and a group of a container.
  {
    pattern:
      /((?<![\w-])(?:-u\s*|--(?:proxy-)?user(?:\s+|=)))(?!\d{1,10}:\d{1,10}(?!\S))(?:"[^":]{1,100}:[^"]{1,300}"|'[^':]{1,100}:[^']{1,300}'|[^\s:"']{1,100}:[^\s"']+)/g,
    leave: value,
  },
  { pattern: /(hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/)[\w/-]+/gi, leave: value },
  { pattern: /xox[a-z]-[\w-]+|xapp-[\w-]+|xwfp-[\w-]+/g, leave: all },
  { pattern: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g, leave: all },
  { pattern: /(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}/g, leave: all },
  {
    pattern:
      /gh[pousr]_\w{10,}|github_pat_\w{10,}|gl(?:pat|dt|rt|ptt|ft|soat|cbt|imt|agent|oas|ffct)-[\w-]{10,}|GR1348941[\w-]{10,}|npm_\w{20,}|hv[sb]\.[\w-]{20,}|AIza[\w-]{30,}|ya29\.[\w-]{20,}|[spr]k_(?:live|test)_\w{10,}|(?<![A-Za-z0-9])sk-(?:(?:proj|svcacct|admin|ant|or)-[\w-]{10,}|[A-Za-z0-9]{32,})/g,
    leave: all,
  },
  {
    pattern: new RegExp(String.raw`((?<!-)--[\w-]{0,40}?${secretName}[\w-]{0,40}\s+)${secretValue}`, 'gi'),
    leave: value,
  },
];

/** `password=…`, `"token": "…"`, `api_key%3D…`. */
const named: Shape = {
  pattern: new RegExp(
    String.raw`(${secretName}[\w.-]{0,40}\\?["']?(?:\s*(?:=(?![=~])|:(?!\/\/))\s*|%3[AD]))(?!(?:true|false|null)\b)${secretValue}`,
    'gi',
  ),
  leave: value,
};

/** The same within PromQL, where colons are part of names (but not after a quote) and `secret="…"` is the name of a Secret. */
const namedInQuery: Shape = {
  pattern: new RegExp(
    String.raw`((?!(?<![\w.-])secret\s*=\s*")${secretName}[\w.-]{0,40}(?:\s*=(?![=~])|\\?["']:)\s*)(?!(?:true|false|null)\b)${secretValue}`,
    'gi',
  ),
  leave: value,
};

const guessed: readonly Shape[] = [
  { pattern: /[A-Za-z0-9+/_=-]{24,}/g, leave: (run) => (isRandom(run) ? redacted : run) },
  { pattern: /<@[UW][A-Z0-9]+(?:\|[^<>]{0,100})?>/g, leave: () => `<@${redacted}>` },
  {
    pattern: /(?<![A-Za-z0-9])(?:[UW]0[A-Z0-9]{5,10}|[UW][A-Z0-9]{8,10})(?![A-Za-z0-9])/g,
    leave: (id) => (changesOfClass(id) >= 2 ? redacted : id),
  },
];

/**
 * A text without what looks like a secret or a person's Slack id. Doing it again changes nothing. `isQuery` is for PromQL
 * and what contains it.
 */
export function redactText(text: string, { isQuery = false } = {}): string {
  // The longest first: of a value that begins like a token nothing may be left.
  const shapes = [privateKey, isQuery ? namedInQuery : named, ...known, ...guessed];
  let clean = text;
  // What is left of one secret may make the next one visible.
  for (let round = 0; round < mostRounds; round++) {
    const before = clean;
    for (const { pattern, leave } of shapes) clean = clean.replaceAll(pattern, leave);
    if (clean === before) return clean;
  }
  return redacted;
}

const mostRounds = 10;

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/**
 * Whether a run of letters and digits is drawn by lot rather than written by a person. In random base64 six of ten
 * neighbours are of different classes (upper case, lower case, digit) and four of ten are upper case, in hexadecimal almost
 * five are of different classes; in names of Kubernetes, metrics and CamelCase one or two. UUIDs name pods and volumes.
 */
function isRandom(run: string): boolean {
  const pieces = run.replace(uuid, '-').split(/[^A-Za-z0-9]+/);
  const letters = pieces.join('');
  const changes = pieces.reduce((sum, piece) => sum + changesOfClass(piece), 0);
  const isMixed = [/[a-z]/g, /[A-Z]/g].every(
    (some) => (letters.match(some)?.length ?? 0) >= letters.length / 7,
  );
  if (isMixed && letters.length >= 22 && changes >= letters.length * (/\d/.test(letters) ? 0.35 : 0.42))
    return true;
  return pieces.some(
    (piece) =>
      /^(?:[a-z0-9]{32,}|[A-Z0-9]{32,})$/.test(piece) && changesOfClass(piece) / piece.length >= 0.25,
  );
}

function changesOfClass(text: string): number {
  let changes = 0;
  for (let index = 1; index < text.length; index++)
    if (classOf(text.charAt(index)) !== classOf(text.charAt(index - 1))) changes++;
  return changes;
}

function classOf(letter: string): 'upper' | 'lower' | 'digit' {
  if (letter >= '0' && letter <= '9') return 'digit';
  return letter >= 'A' && letter <= 'Z' ? 'upper' : 'lower';
}
