import { applyPatch, createPatch, Pointer } from 'rfc6902';
import * as z from 'zod';
import { PatchOperation, type KubeObject } from '../../core/remediation/change.ts';

/**
 * The JSON patch from one state of an object to another. Each change comes with `test` operations of what is there
 * before it: an object that became another meanwhile is refused by the API server, never overwritten. An element of a
 * list is reached by its index, so its name is tested as well, or the whole list where an element is put in.
 */
export function guardedPatch(before: KubeObject, after: KubeObject): PatchOperation[] {
  const document = structuredClone(before);
  const seen = new Set<string>();
  const patch: PatchOperation[] = [];
  for (const change of z.array(PatchOperation).parse(createPatch(before, after))) {
    for (const test of [...namesOnTheWay(document, change.path), ...valueThere(document, change)]) {
      const text = JSON.stringify(test);
      if (!seen.has(text)) patch.push(test);
      seen.add(text);
    }
    patch.push(change);
    applyPatch(document, [change]);
  }
  return patch;
}

/** Whether the patch could be carried out on the object now: its tests hold, and nobody put in what it adds. */
export function fits(object: KubeObject, patch: readonly PatchOperation[]): boolean {
  const document = structuredClone(object);
  return patch.every(
    (operation) =>
      !isTaken(document, operation) && applyPatch(document, [operation]).every((refused) => refused === null),
  );
}

/** Whether the object has all that the patch puts in, and nothing that it takes away. */
export function hasIt(object: KubeObject, patch: readonly PatchOperation[]): boolean {
  const tests = patch.flatMap((one) =>
    one.op === 'add' || one.op === 'replace' ? [{ ...one, op: 'test' as const }] : [],
  );
  const removed = patch.filter(({ op }) => op === 'remove');
  return fits(object, tests) && removed.every(({ path }) => valueAt(object, path) === undefined);
}

/** What tells one element of a list from another, by what Kubernetes merges such lists. */
const identities = ['name', 'containerPort', 'port'];

function namesOnTheWay(document: KubeObject, path: string): PatchOperation[] {
  const tokens = Pointer.fromJSON(path).tokens.slice(1, -1);
  return tokens.flatMap((_token, index): PatchOperation[] => {
    const way = new Pointer(['', ...tokens.slice(0, index + 1)]);
    if (!Array.isArray(way.parent().get(document))) return [];
    const element = way.get(document) as Readonly<Record<string, unknown>>;
    const identity = identities.find((one) => element[one] !== undefined);
    return identity === undefined
      ? []
      : [{ op: 'test', path: way.add(identity).toString(), value: element[identity] }];
  });
}

function valueThere(document: KubeObject, { op, path }: PatchOperation): PatchOperation[] {
  if (op !== 'add') return [{ op: 'test', path, value: structuredClone(valueAt(document, path)) }];
  const list = Pointer.fromJSON(path).parent();
  const elements: unknown = list.get(document);
  return Array.isArray(elements)
    ? [{ op: 'test', path: list.toString(), value: structuredClone(elements) }]
    : [];
}

function isTaken(document: KubeObject, { op, path }: PatchOperation): boolean {
  if (op !== 'add') return false;
  const parent: unknown = Pointer.fromJSON(path).parent().get(document);
  return !Array.isArray(parent) && valueAt(document, path) !== undefined;
}

function valueAt(document: KubeObject, path: string): unknown {
  return Pointer.fromJSON(path).get(document);
}
