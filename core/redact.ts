import type { Evidence } from './evidence.ts';
import { redacted, redactText } from './redact-text.ts';

/**
 * Environment variables that are known to hold settings: those of the AWS VPC CNI and of Calico's ports, which shipped
 * playbooks read.
 * https://github.com/aws/amazon-vpc-cni-k8s#cni-configuration-variables
 */
const settings = /^(?:AWS_VPC_K8S_CNI_[A-Z0-9_]+|FELIX_NATPORTRANGE)$/;

/** `true`, `30`, `prng`: a setting that somebody chose, and no secret. */
const plain = /^(?:true|false|-?\d+(?:\.\d+)?|[a-z]{0,12})$/i;

/** Too little to be a secret, and in every sentence: to take it out there would leave nothing to read. */
const tooShort = /^(?:true|false|[a-z\d]{0,3})$/i;

/** What environment variables were found to hold, as far as it may be a secret; the longest first. */
export function environmentValues(evidence: readonly Evidence[]): readonly string[] {
  const found = evidence.flatMap(({ request, observation }) => {
    if (request.source !== 'cluster' || request.lookup !== 'daemonset_env') return [];
    if (observation.status !== 'observed') return [];
    const value = String(observation.facts?.['value'] ?? '');
    const isSetting = settings.test(request.params['env'] ?? '') && plain.test(value);
    return isSetting || tooShort.test(value) ? [] : [value];
  });
  return [...new Set(found)].sort((a, b) => b.length - a.length);
}

/** What a proposal says of what was found. */
const proposed = '(?:params|summary|why|risk|workedIf|trial)';

/** Where what was found is told: there a secret without a shape of its own is known by its value. */
const findings = new RegExp(
  String.raw`^(?:${[
    String.raw`evidence\.\d+\.observation`,
    String.raw`report\.conclusion\.summary`,
    String.raw`report\.hypotheses\.\d+\.(?:reason|culprit)`,
    String.raw`report\.evidence\.\d+\.(?:facts|why|unseen)`,
    String.raw`(?:report\.proposals\.\d+|remediations\.\d+\.proposal)\.${proposed}`,
    String.raw`remediations\.\d+\.preview\.(?:diff|effects|lasting|objects|why)`,
    String.raw`remediations\.\d+\.state\.(?:(?:tried\.)?diff|note|why|outcome\.(?:reason|sideEffects))`,
    String.raw`remediations\.\d+\.trail\.\d+\.why`,
    String.raw`happened\.\d+\.what`,
  ].join('|')})\b`,
);

/** A value without the secrets in its strings, and the paths (`evidence.3.observation.facts.value`) of those that had any. */
export function redact(
  value: unknown,
  secrets: readonly string[],
): { readonly value: unknown; readonly paths: readonly string[] } {
  const paths: string[] = [];
  // Most of a bundle is numbers, so a path is put together only where a string is met.
  const keys: (string | number)[] = [];
  const below = (key: string | number, part: unknown): unknown => {
    keys.push(key);
    const clean = walk(part);
    keys.pop();
    return clean;
  };
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') {
      const path = keys.join('.');
      const clean = redactAt(path, findings.test(path) ? withoutValues(part, secrets) : part);
      if (clean !== part) paths.push(path);
      return clean;
    }
    if (Array.isArray(part)) return part.map((one: unknown, index) => below(index, one));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, below(key, one)]));
  };
  return { value: walk(value), paths };
}

function redactAt(path: string, text: string): string {
  if (path.endsWith('.link')) return redactLink(text);
  return redactText(text, { isQuery: path.endsWith('.query') || path.startsWith('playbooks.') });
}

/** A link to Prometheus carries its query percent-encoded, where shapes are hard to see: with a secret in it all of it goes. */
function redactLink(link: string): string {
  const [base = '', ...rest] = link.split('?');
  const clean = redactText(base);
  if (rest.length === 0) return clean;
  const query = rest.join('?');
  try {
    const decoded = decodeURIComponent(query.replaceAll('+', ' '));
    if (redactText(decoded, { isQuery: true }) === decoded) return `${clean}?${query}`;
  } catch {
    // Not percent-encoded, so nobody can tell what it holds.
  }
  return `${clean}?${redacted}`;
}

/** Sentences write white space as single spaces. A short value is looked for as a word of its own. */
function withoutValues(text: string, values: readonly string[]): string {
  return values
    .flatMap((value) => [value, value.replace(/\s+/g, ' ').trim()])
    .reduce((rest, value) => {
      if (rest === value) return redacted;
      const escaped = value.replace(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`);
      const pattern = value.length < 6 ? String.raw`(?<!\w)${escaped}(?!\w)` : escaped;
      return rest.replaceAll(new RegExp(pattern, 'g'), redacted);
    }, text);
}
