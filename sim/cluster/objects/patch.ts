import jsonPatch from 'fast-json-patch';
import { badRequest, rejectedPatch } from '../api/api-error.ts';
import { isObject, type JsonObject } from './kube-object.ts';

/** RFC 6902. A failed `test`, or a path that is not there, refuses the whole patch. */
export function applyJsonPatch(document: JsonObject, patch: unknown): JsonObject {
  if (!Array.isArray(patch) || !patch.every((operation) => isOperation(operation))) {
    throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  }
  try {
    const patched: unknown = jsonPatch.applyPatch(structuredClone(document), patch, true).newDocument;
    if (isObject(patched)) return patched;
  } catch (error) {
    if (!(error instanceof jsonPatch.JsonPatchError)) throw error;
  }
  throw rejectedPatch();
}

const isOperation = (operation: unknown): operation is jsonPatch.Operation =>
  isObject(operation) && typeof operation['op'] === 'string' && typeof operation['path'] === 'string';

/** RFC 7386: null removes, objects merge, everything else replaces. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = { ...(isObject(target) ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(merged, key);
    else merged[key] = applyMergePatch(merged[key], value);
  }
  return merged;
}
