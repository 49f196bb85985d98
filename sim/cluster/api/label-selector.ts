import type { Labels } from '../objects/kube-object.ts';
import type { LabelSelector } from '../objects/kinds.ts';
import { badRequest } from './api-error.ts';

export type LabelMatcher = (labels: Labels | undefined) => boolean;

const part = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)$/;
const prefix = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** A label key: an optional DNS subdomain, a slash, and a name of at most 63 characters. */
export function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  if (slash !== -1 && (!prefix.test(key.slice(0, slash)) || slash > 253)) return false;
  return part.test(name) && name.length <= 63;
}

export const isLabelValue = (value: string): boolean =>
  value === '' || (part.test(value) && value.length <= 63);

const setBased = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const comparison = /^([^\s!=<>]+)\s*(==|=|!=|>|<)\s*([^\s!=<>]*)$/;

/** Parses `a=b,c!=d,e in (f,g),h,!i,j>5` as the API server does. */
export function parseLabelSelector(text: string): LabelMatcher {
  const matchers = splitOutsideParentheses(text)
    .map((requirement) => requirement.trim())
    .filter((requirement, _index, all) => !(requirement === '' && all.length === 1))
    .map(parseRequirement);
  return (labels) => matchers.every((matches) => matches(labels));
}

function parseRequirement(text: string): LabelMatcher {
  const set = setBased.exec(text);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return requirement(key, operator === 'in' ? 'In' : 'NotIn', values);
  }
  const compared = comparison.exec(text);
  if (compared !== null) {
    const [, key = '', operator = '', value = ''] = compared;
    if (operator === '>' || operator === '<')
      return requirement(key, operator === '>' ? 'Gt' : 'Lt', [value]);
    return requirement(key, operator === '!=' ? 'NotIn' : 'In', [value]);
  }
  if (text.startsWith('!')) return requirement(text.slice(1).trim(), 'DoesNotExist', []);
  return requirement(text, 'Exists', []);
}

function requirement(key: string, operator: string, values: readonly string[]): LabelMatcher {
  if (!isLabelKey(key))
    throw badRequest(
      `unable to parse requirement: <nil>: Invalid value: "${key}": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    );
  for (const value of values) {
    if (!isLabelValue(value))
      throw badRequest(
        `unable to parse requirement: values[0][${key}]: Invalid value: "${value}": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
      );
  }
  const value = (labels: Labels | undefined): string | undefined => labels?.[key];
  switch (operator) {
    case 'In':
      return (labels) => values.includes(value(labels) ?? '\0');
    case 'NotIn':
      return (labels) => !values.includes(value(labels) ?? '\0');
    case 'Exists':
      return (labels) => value(labels) !== undefined;
    case 'DoesNotExist':
      return (labels) => value(labels) === undefined;
    case 'Gt':
    case 'Lt': {
      const limit = Number(values[0]);
      if (!Number.isInteger(limit))
        throw badRequest(
          `unable to parse requirement: values[0][${key}]: Invalid value: "${String(values[0])}": for 'Gt', 'Lt' operators, the value must be an integer`,
        );
      return (labels) => {
        const actual = Number(value(labels) ?? Number.NaN);
        return operator === 'Gt' ? actual > limit : actual < limit;
      };
    }
    default:
      throw badRequest(`"${operator}" is not a valid label selector operator`);
  }
}

function splitOutsideParentheses(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  if (depth !== 0) throw badRequest(`unable to parse requirement: found '', expected: ')' in "${text}"`);
  return parts;
}

/** A `labelSelector` field: an empty one matches everything, a missing one nothing. */
export function compileLabelSelector(selector: LabelSelector | undefined): LabelMatcher {
  if (selector === undefined) return () => false;
  const matchers = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => requirement(key, 'In', [value])),
    ...(selector.matchExpressions ?? []).map(({ key, operator, values }) =>
      requirement(key, operator, values ?? []),
    ),
  ];
  return (labels) => matchers.every((matches) => matches(labels));
}

/** A plain map, as `Service.spec.selector`. */
export const matchesLabels = (selector: Labels, labels: Labels | undefined): boolean =>
  Object.entries(selector).every(([key, value]) => labels?.[key] === value);
