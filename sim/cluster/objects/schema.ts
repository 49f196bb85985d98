import * as client from '@kubernetes/client-node';
import { isObject, type JsonObject } from './kube-object.ts';

/**
 * The API's own schema, as the official client carries it (generated from the OpenAPI document): a server that accepts a
 * misspelt field without a word would hide the mistakes that the real one shows.
 */
interface Attribute {
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

export interface Decoded {
  readonly value: JsonObject;
  /** Paths of the fields that the API does not know: dropped, and warned of. */
  readonly unknown: readonly string[];
  /** Why the document is not of this type at all, in the API server's words. */
  readonly mismatches: readonly string[];
}

interface Findings {
  readonly unknown: string[];
  readonly mismatches: string[];
}

const models = client as unknown as Readonly<
  Record<string, { getAttributeTypeMap?: () => readonly Attribute[] }>
>;

function attributesOf(type: string): readonly Attribute[] | undefined {
  return models[type]?.getAttributeTypeMap?.();
}

/** The generated class for a kind: a few kinds share their name across groups. */
export function modelOf(group: string, version: string, kind: string): string | undefined {
  const versioned = `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;
  const prefix = group === '' ? 'Core' : (group.charAt(0).toUpperCase() + group.slice(1)).split('.')[0];
  return [versioned, `${String(prefix)}${versioned}`].find((name) => attributesOf(name) !== undefined);
}

export function decode(model: string, document: JsonObject): Decoded {
  const findings: Findings = { unknown: [], mismatches: [] };
  const value = decodeModel(model, document, '', findings);
  return { value: isObject(value) ? value : {}, ...findings };
}

function decodeModel(model: string, value: unknown, path: string, findings: Findings): unknown {
  const attributes = attributesOf(model);
  if (attributes === undefined) return value;
  if (!isObject(value)) return mismatch(value, model, path, findings);
  const known = new Map(attributes.map((attribute) => [attribute.baseName, attribute]));
  const decoded: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const attribute = known.get(key);
    const here = path === '' ? key : `${path}.${key}`;
    if (attribute === undefined) findings.unknown.push(here);
    else if (inner !== null) decoded[key] = decodeType(attribute.type, inner, here, findings);
  }
  return decoded;
}

function decodeType(type: string, value: unknown, path: string, findings: Findings): unknown {
  const list = /^Array<(.*)>$/.exec(type)?.[1];
  if (list !== undefined) {
    if (!Array.isArray(value)) return mismatch(value, `[]${goName(list)}`, path, findings);
    return value.map((item: unknown, index) => decodeType(list, item, `${path}[${String(index)}]`, findings));
  }
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (map !== undefined) {
    if (!isObject(value)) return mismatch(value, `map[string]${goName(map)}`, path, findings);
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, decodeType(map, inner, `${path}.${key}`, findings)]),
    );
  }
  return decodeScalar(type, value, path, findings);
}

const quantities =
  /(^|\.)(limits|requests|capacity|allocatable|hard|used|default|defaultRequest|max|min)\.[^.]+$/;

function decodeScalar(type: string, value: unknown, path: string, findings: Findings): unknown {
  switch (type) {
    case 'string':
      if (typeof value === 'number' && quantities.test(path)) return String(value);
      return typeof value === 'string' ? value : mismatch(value, type, path, findings);
    case 'number':
    case 'boolean':
      return typeof value === type ? value : mismatch(value, type, path, findings);
    case 'IntOrString':
      return typeof value === 'string' || typeof value === 'number'
        ? value
        : mismatch(value, 'intstr.IntOrString', path, findings);
    case 'Date':
    case 'V1MicroTime':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value))
        ? value
        : mismatch(value, 'v1.Time', path, findings);
    default:
      return decodeModel(type, value, path, findings);
  }
}

const goNames: Readonly<Record<string, string>> = { number: 'int32', boolean: 'bool', any: 'interface {}' };

const goName = (type: string): string => goNames[type] ?? type.replace(/^V1(?=[A-Z])/, 'v1.');

function mismatch(value: unknown, type: string, path: string, findings: Findings): unknown {
  const found = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  const named = found === 'boolean' ? 'bool' : found;
  findings.mismatches.push(
    `json: cannot unmarshal ${named} into Go struct field ${path} of type ${goName(type)}`,
  );
  return undefined;
}
