import { formatValue } from '../../core/format.ts';
import type { ProbeFacts } from '../../core/probe-task.ts';

type Facts = Readonly<ProbeFacts>;

/** What is wrong with a certificate, by the codes of OpenSSL and Node. */
const certificateErrors: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is not for the name that was asked for',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known here (as with an authority of the cluster)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known here, or the chain is not complete',
};

/** Facts that make one sentence together; `uses` are told with it. */
const sentences: readonly {
  readonly uses: readonly string[];
  readonly say: (facts: Facts) => string | undefined;
}[] = [
  {
    uses: [
      'boundary',
      'dead_side',
      'boundary_low',
      'boundary_high',
      'upper_boundary_low',
      'upper_boundary_high',
      'boundary_connects',
    ],
    say: boundary,
  },
  { uses: ['valid_to', 'seconds_left'], say: expiry },
  { uses: ['subject', 'names', 'issuer', 'certificates', 'valid_from'], say: certificate },
  { uses: ['certificate_error'], say: certificateError },
  { uses: ['sni_needed'], say: sni },
  { uses: ['rungs', 'first_failing_rung'], say: rung },
  { uses: ['failing_peers'], say: peers },
  { uses: ['proxied'], say: proxied },
  {
    uses: ['queries_per_lookup'],
    say: (facts) => `A look-up takes ${text(facts, 'queries_per_lookup')} queries`,
  },
  {
    uses: ['ended_after'],
    say: (facts) => `The far end ended unused connections after ${text(facts, 'ended_after')} s`,
  },
];

/** What a probe found besides its attempts, a sentence each; a fact without a sentence is told by its name. */
export function sayFindings(facts: Facts): string[] {
  const told = new Set<string>();
  const said = sentences.flatMap(({ uses, say }) => {
    if (!uses.some((name) => name in facts)) return [];
    for (const name of uses) told.add(name);
    return say(facts) ?? [];
  });
  const rest = Object.keys(facts).filter((name) => !told.has(name));
  return [...said, ...rest.map((name) => `${name.replaceAll('_', ' ')}: ${text(facts, name)}`)];
}

function text(facts: Facts, name: string): string {
  const fact = facts[name];
  if (fact === undefined) return '';
  if (typeof fact === 'number') return formatValue(fact, 'number');
  return Array.isArray(fact) ? fact.join(', ') : String(fact);
}

/** A port is no number: it has no thousands. */
function port(facts: Facts, name: string): string {
  return String(facts[name]);
}

function boundary(facts: Facts): string | undefined {
  if (facts['boundary'] === 'none') return 'Failures have nothing to do with the source port';
  if (facts['boundary'] !== 'found') return undefined;
  const [low, high] = [port(facts, 'boundary_low'), port(facts, 'boundary_high')];
  const side = facts['dead_side'];
  if (side === 'below') return `Source ports up to ${low} are dead, from ${high} on they live`;
  if (side === 'above') return `Source ports up to ${low} live, from ${high} on they are dead`;
  return `Only source ports from ${high} to ${port(facts, 'upper_boundary_low')} live`;
}

function expiry(facts: Facts): string | undefined {
  const left = facts['seconds_left'];
  if (typeof left !== 'number') return undefined;
  const on = `(${String(facts['valid_to']).slice(0, 10)})`;
  return left < 0
    ? `The certificate expired ${sayLong(-left)} ago ${on}`
    : `The certificate expires in ${sayLong(left)} ${on}`;
}

function sayLong(seconds: number): string {
  const [n, unit] =
    seconds >= 2 * 86_400
      ? [seconds / 86_400, 'day']
      : seconds >= 7200
        ? [seconds / 3600, 'hour']
        : [seconds / 60, 'minute'];
  const whole = Math.floor(n);
  return `${formatValue(whole, 'count')} ${unit}${whole === 1 ? '' : 's'}`;
}

function certificate(facts: Facts): string {
  const count = Number(facts['certificates'] ?? 1);
  const names = text(facts, 'names');
  const which = count > 1 ? `The first of ${count} certificates to end` : 'It';
  return `${which} is ${text(facts, 'subject')}${names === '' ? '' : `, for ${names}`}, issued by ${text(facts, 'issuer')}`;
}

function certificateError(facts: Facts): string | undefined {
  const error = text(facts, 'certificate_error');
  if (error === '') return 'Nothing is wrong with the certificate';
  return `Wrong with the certificate: ${certificateErrors[error] ?? error}`;
}

function sni(facts: Facts): string {
  return facts['sni_needed'] === true
    ? 'Handshakes need SNI: without it they fail'
    : 'Handshakes succeed with SNI and without';
}

function rung(facts: Facts): string {
  const first = text(facts, 'first_failing_rung');
  return first === '' ? 'No rung fails' : `The first rung that fails: ${first}`;
}

function peers(facts: Facts): string {
  const failing = text(facts, 'failing_peers');
  return failing === '' ? 'No peer fails' : `Peers that fail, the worst first: ${failing}`;
}

function proxied(facts: Facts): string {
  return facts['proxied'] === true
    ? 'Something in the path answers for everybody: a transparent proxy'
    : 'Nothing in the path answers for everybody';
}
