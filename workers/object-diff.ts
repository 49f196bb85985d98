import { structuredPatch } from 'diff';
import { stringify } from 'yaml';
import type { PatchableService } from './remediations/service-patch.ts';

/** Fields that change with every write and tell a reader nothing. */
const noise = new Set(['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp']);

/** The lines that differ between two states of an object, as YAML in the manner of `kubectl diff`. */
export function diffOf(before: unknown, after: unknown): string {
  const { hunks } = structuredPatch('', '', toYaml(before), toYaml(after), '', '', { context: 2 });
  return hunks.map(({ lines }) => lines.join('\n')).join('\n…\n');
}

export function objectName({ metadata }: PatchableService): string {
  return `Service ${metadata.namespace}/${metadata.name}`;
}

function toYaml(object: unknown): string {
  const plain: unknown = JSON.parse(
    JSON.stringify(object, (key, value: unknown) => (noise.has(key) ? undefined : value)),
  );
  return stringify(plain, { sortMapEntries: true });
}
