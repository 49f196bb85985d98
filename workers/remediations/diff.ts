import { structuredPatch } from 'diff';
import { stringify } from 'yaml';
import { nameOfObject, type Change, type KubeObject, type Operation } from '../../core/remediation/change.ts';

/** Fields of the metadata that change with every write and tell a reader nothing. */
const noise = new Set(['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp']);

/**
 * The lines that differ between the objects before a change and after it, as YAML in the manner of `kubectl diff`; of
 * several objects each under its name. `after` is what each operation answered.
 */
export function diffOf(
  { operations }: Change,
  before: readonly KubeObject[],
  after: readonly (KubeObject | undefined)[],
): string {
  const parts = operations.map((operation, index) => {
    const lines = linesOf(operation, before, after[index]);
    const isTold = operations.length === 1 || operation.do === 'evict' || operation.do === 'delete';
    return isTold ? lines : `# ${nameOfObject(operation.object)}\n${lines}`;
  });
  return parts.join('\n');
}

function linesOf(operation: Operation, before: readonly KubeObject[], after: KubeObject | undefined): string {
  switch (operation.do) {
    case 'patch': {
      const was = before.find(({ metadata }) => metadata.uid === operation.uid);
      return changedLines(toYaml(was), toYaml(after));
    }
    case 'create':
      return changedLines('', toYaml(after));
    case 'delete':
      return `- ${nameOfObject(operation.object)} (deleted)`;
    case 'evict':
      return `- ${nameOfObject(operation.object)} (evicted)`;
  }
}

function changedLines(before: string, after: string): string {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: 2 });
  return hunks.map(({ lines }) => lines.join('\n')).join('\n…\n');
}

function toYaml(object: KubeObject | undefined): string {
  if (object === undefined) return '';
  const told = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !noise.has(key)));
  const plain: unknown = JSON.parse(JSON.stringify({ ...object, metadata: told, status: undefined }));
  return stringify(plain, { sortMapEntries: true });
}
