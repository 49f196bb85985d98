import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { planChange, undoOf } from '../workers/remediations/index.ts';
import { read } from './support/repository.ts';
import { cases, proposalOf } from './workers/remediations/cases.ts';
import { foundTown, handsOf, proposed, remediator, soon, type Town } from './workers/remediations/town.ts';

/* The shipped roles are generated from what the code declares that it needs: no more than that, and no less. */

const Role = z.object({
  kind: z.enum(['Role', 'ClusterRole']),
  metadata: z.object({ namespace: z.string().optional() }),
  rules: z.array(
    z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) }),
  ),
});

/** `patch apps/deployments` */
function rightsIn(path: string, isMeant: (namespace: string | undefined) => boolean): readonly string[] {
  return parseAllDocuments(read(path))
    .flatMap((document) => Role.safeParse(document.toJS()).data ?? [])
    .filter(({ metadata }) => isMeant(metadata.namespace))
    .flatMap(({ rules }) => rules)
    .flatMap(({ apiGroups: [group = ''], resources: [resource = ''], verbs }) =>
      verbs.map((verb) => `${verb} ${group}/${resource}`),
    );
}

const isReading = (right: string) => /^(get|list|watch) /.test(right);

test('netcheck itself only reads, but for the namespace of its probes', () => {
  const rights = rightsIn('deploy/rbac.yaml', (namespace) => namespace !== 'netcheck-probes');
  expect(rights.length).toBeGreaterThan(0);
  expect(rights.filter((right) => !isReading(right))).toEqual([]);
  expect(read('deploy/rbac.yaml')).not.toContain('remediator');
});

let town: Town;
beforeAll(async () => {
  town = await foundTown();
});
afterAll(() => town.close());

test('the remediator has every right that its changes take, and none that they do not', async () => {
  const { objects, writer } = handsOf(town.sim, remediator);
  town.sim.journal.clear();
  for (const one of cases) {
    town.rebuild();
    const planned = await planChange(proposalOf(one), proposed, objects);
    if (!('change' in planned)) throw new Error(JSON.stringify(planned));
    const { operations } = planned.change;
    for (const dryRun of [true, false])
      for (const operation of operations) await writer.write(operation, { dryRun }, soon());
    for (const operation of await undoOf(planned.change, objects))
      await writer.write(operation, { dryRun: false }, soon());
    for (const { metadata } of planned.before.slice(0, 1)) {
      const about = { object: { kind: 'Node', name: metadata.name } as const, uid: metadata.uid };
      await writer.note({ ...about, reason: 'NetcheckApplied', message: one.id }, soon());
    }
  }
  const used = town.sim.journal.entries
    .filter(({ user }) => user === 'system:serviceaccount:netcheck:netcheck-remediator')
    .map(({ verb, group, resource }) => `${verb} ${group}/${resource}`);
  const granted = rightsIn('deploy/rbac-remediator.yaml', () => true);
  const besidesLists = (rights: readonly string[]) =>
    [...new Set(rights)].filter((right) => !right.startsWith('list ')).sort();
  expect(besidesLists(used)).toEqual(besidesLists(granted));
});
