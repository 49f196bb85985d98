import type { Candidate } from '../target.ts';
import { distinct, passesOnToOthers, watchesOthers, type Named } from './named.ts';

const clusterHost =
  /\b([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\.([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\.svc\b/g;

/** Addresses inside a text are of dashboards and queries, but for those of Services. */
function withoutAddresses(text: string): string {
  return text.replace(/https?:\/\/([^\s/:>|]+)\S*/g, (_whole, host: string) =>
    host.includes('.svc') ? host : ' ',
  );
}

/**
 * Services by their full name: `checkout.shop.svc.cluster.local`, which is one whether it is known or not, and the known
 * ones written `checkout.shop` or `shop/checkout`. Those of the first text that names any.
 */
export function fullNamesIn(texts: readonly string[], known: readonly Candidate[]): Named[] {
  for (const text of texts) {
    const said = withoutAddresses(text.toLowerCase());
    const hosts = [...said.matchAll(clusterHost)].map(([, service = '', namespace = '']) => ({
      service,
      namespace,
    }));
    const pairs = known.filter(
      ({ service, namespace }) =>
        hasFullName(said, `${service}.${namespace}`) || hasFullName(said, `${namespace}/${service}`),
    );
    const found = meant(distinct<Named>([...hosts, ...pairs]));
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * Known Services whose name stands as a word in a text, those of the first text that names any. Where one name holds
 * another (`checkout` in `checkout-db`) only the longer was meant. One that stands by itself counts before one that is part
 * of something (`web` in `platform-web`), and most of all one beside its namespace.
 */
export function wordsIn(texts: readonly string[], known: readonly Candidate[]): Candidate[] {
  for (const text of texts) {
    const said = withoutAddresses(text.toLowerCase());
    const present = meant(known.filter(({ service }) => hasWord(said, service)));
    const longest = present.filter(
      ({ service }) => !present.some((other) => covers(said, other.service, service)),
    );
    const found = surest(said, longest);
    if (found.length > 0) return found;
  }
  return [];
}

function surest(said: string, present: readonly Candidate[]): Candidate[] {
  const tokens = new Set(said.split(/[^a-z0-9-]+/));
  const whole = present.filter(({ service }) => tokens.has(service));
  const grades = [
    whole.filter(({ namespace }) => tokens.has(namespace)),
    whole,
    present.filter(({ namespace }) => hasWord(said, namespace)),
  ];
  return grades.find((found) => found.length > 0) ?? [...present];
}

function meant<T extends Named>(named: readonly T[]): T[] {
  const about = named.filter(({ service }) => !watchesOthers(service));
  const behind = about.filter(({ service }) => !passesOnToOthers(service));
  return behind.length > 0 ? behind : about;
}

/** `shop/checkout` is none in `shop/checkout-db`. */
function hasFullName(said: string, name: string): boolean {
  return (
    said.includes(name) && new RegExp(`(^|[^a-z0-9-])${name.replaceAll('.', '\\.')}($|[^a-z0-9-])`).test(said)
  );
}

/** Clusters have thousands of Services, few of which a text holds at all. */
function hasWord(said: string, name: string): boolean {
  return said.includes(name) && new RegExp(`(^|[^a-z0-9])${name}($|[^a-z0-9])`).test(said);
}

/** Every mention of `shorter` is part of a mention of `longer`. */
function covers(said: string, longer: string, shorter: string): boolean {
  if (longer === shorter || !longer.includes(shorter)) return false;
  return !hasWord(said.replaceAll(longer, ''), shorter);
}
