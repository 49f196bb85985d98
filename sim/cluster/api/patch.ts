import { isObject, type JsonObject, type KubeObject } from '../objects/kube-object.ts';
import { applyJsonPatch, applyMergePatch } from '../objects/patch.ts';
import { applyStrategicMerge } from '../objects/strategic-merge.ts';
import type { ClusterState } from '../state.ts';
import { ApiError, badRequest, invalid, unsupportedMediaType, type Cause } from './api-error.ts';
import { decodeObject, mediaTypeOf, parseJson, type DecodedObject } from './decode.ts';
import { fromWire, toWire } from './events.ts';
import { isDryRun, storeUpdate } from './mutate.ts';
import { getObject } from './read.ts';
import { json, type ApiRequest, type Reply, type ResourceTarget } from './request.ts';
import type { Resource } from './resources.ts';

const jsonPatch = 'application/json-patch+json';
const mergePatch = 'application/merge-patch+json';
const strategicPatch = 'application/strategic-merge-patch+json';

/** The document after the patch, not yet read as an object of any kind. */
export function patchDocument(resource: Resource, request: ApiRequest, document: JsonObject): JsonObject {
  const accepted = resource.custom ? [jsonPatch, mergePatch] : [jsonPatch, mergePatch, strategicPatch];
  const media = mediaTypeOf(request);
  if (!accepted.includes(media)) throw unsupportedMediaType(accepted);
  const patch = parseJson(request.body);
  if (media === jsonPatch) return applyJsonPatch(document, patch);
  if (!isObject(patch))
    throw badRequest(
      'error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}',
    );
  if (media === strategicPatch) return applyStrategicMerge(document, patch, resource.kind);
  return applyMergePatch(document, patch) as JsonObject;
}

export function patch(
  state: ClusterState,
  resource: Resource,
  request: ApiRequest,
  target: ResourceTarget,
  validate?: (before: KubeObject, after: KubeObject) => readonly Cause[],
): Reply {
  const dryRun = isDryRun(request.query);
  const before = getObject(state, resource, target);
  const patched = patchDocument(resource, request, toWire(resource, before));
  const { object, warnings } = decodePatched(resource, request, patched);
  if (object.metadata.name !== before.metadata.name) {
    throw badRequest(
      `the name of the object (${object.metadata.name}) does not match the name on the URL (${target.name})`,
    );
  }
  const wanted = fromWire(resource, object);
  const stored = storeUpdate(state, resource, request, before, wanted, target.subresource, dryRun, validate);
  return json(200, toWire(resource, stored), warnings);
}

/** A patch that makes an object which is none of its kind is Invalid, where a plain body would be a BadRequest. */
function decodePatched(resource: Resource, request: ApiRequest, patched: JsonObject): DecodedObject {
  try {
    return decodeObject(resource, patched, request.query);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 400) throw error;
    const message = `Invalid value: "${mediaTypeOf(request)}": ${error.message}`;
    throw invalid('', '', '', [{ reason: 'FieldValueInvalid', message, field: 'patch' }]);
  }
}
