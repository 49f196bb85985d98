import { parse as parseYaml } from 'yaml';
import { isObject, type JsonObject, type KubeObject, type ObjectMeta } from '../objects/kube-object.ts';
import { decode, modelOf } from '../objects/schema.ts';
import { badRequest, invalid, unsupportedMediaType } from './api-error.ts';
import type { ApiRequest } from './request.ts';
import { groupVersionOf, type Resource } from './resources.ts';

export interface DecodedObject {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

export const mediaTypeOf = ({ headers }: ApiRequest): string => {
  const header = headers['content-type'];
  return (typeof header === 'string' ? header : '').split(';')[0]?.trim() ?? '';
};

/** The body as JSON (or YAML, which the API server takes too). */
export function readBody(request: ApiRequest): JsonObject {
  const media = mediaTypeOf(request);
  if (media !== '' && media !== 'application/json' && media !== 'application/yaml') {
    throw unsupportedMediaType(['application/json', 'application/yaml']);
  }
  const document = media === 'application/yaml' ? parseDocument(request.body) : parseJson(request.body);
  if (isObject(document)) return document;
  throw badRequest(
    `couldn't get version/kind; json parse error: json: cannot unmarshal into Go value of type struct`,
  );
}

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw badRequest(`error decoding: ${error instanceof Error ? error.message : 'invalid JSON'}`);
  }
}

function parseDocument(body: string): unknown {
  try {
    return parseYaml(body);
  } catch (error) {
    throw badRequest(
      `error converting YAML to JSON: ${error instanceof Error ? error.message : 'invalid YAML'}`,
    );
  }
}

type Strictness = 'Strict' | 'Warn' | 'Ignore';

function strictnessOf(query: URLSearchParams): Strictness {
  const asked = query.get('fieldValidation') ?? '';
  if (asked === '' || asked === 'Warn') return 'Warn';
  if (asked === 'Strict' || asked === 'Ignore') return asked;
  throw invalid('meta.k8s.io', 'CreateOptions', '', [
    {
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: "${asked}": supported values: "", "Ignore", "Strict", "Warn"`,
      field: 'fieldValidation',
    },
  ]);
}

/** Reads an object of this kind: wrong types are refused, unknown fields dropped with a warning (or refused if asked). */
export function decodeObject(
  resource: Resource,
  document: JsonObject,
  query: URLSearchParams,
): DecodedObject {
  return decodeAs(
    resource.custom ? undefined : resource,
    groupVersionOf(resource),
    resource.kind,
    document,
    query,
  );
}

export function decodeAs(
  schema: { readonly group: string; readonly version: string } | undefined,
  apiVersion: string,
  kind: string,
  document: JsonObject,
  query: URLSearchParams,
): DecodedObject {
  checkType(document, apiVersion, kind);
  const strictness = strictnessOf(query);
  const model = schema === undefined ? undefined : modelOf(schema.group, schema.version, kind);
  const decoded =
    model === undefined ? { value: document, unknown: [], mismatches: [] } : decode(model, document);
  const cannot = `${kind} in version "${schema?.version ?? apiVersion}" cannot be handled as a ${kind}`;
  const [mismatch] = decoded.mismatches;
  if (mismatch !== undefined) throw badRequest(`${cannot}: ${mismatch}`);
  const unknown = decoded.unknown.map((field) => `unknown field "${field}"`);
  if (unknown.length > 0 && strictness === 'Strict') {
    throw badRequest(`${cannot}: strict decoding error: ${unknown.join(', ')}`);
  }
  return {
    object: { ...decoded.value, apiVersion, kind, metadata: metadataOf(decoded.value) },
    warnings: strictness === 'Warn' ? unknown : [],
  };
}

function checkType(document: JsonObject, apiVersion: string, kind: string): void {
  const { apiVersion: foundVersion, kind: foundKind } = document;
  if (foundKind === undefined && foundVersion === undefined) return;
  if (foundVersion !== apiVersion) {
    throw badRequest(
      `the API version in the data (${String(foundVersion)}) does not match the expected API version (${apiVersion})`,
    );
  }
  if (foundKind !== kind) {
    throw badRequest(
      `the kind in the data (${String(foundKind)}) does not match the expected kind (${kind})`,
    );
  }
}

function metadataOf(value: JsonObject): ObjectMeta {
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  return { ...metadata, name: typeof metadata['name'] === 'string' ? metadata['name'] : '' };
}
