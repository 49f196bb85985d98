import type { Library } from '../../core/playbook/library.ts';
import { nearest } from '../../core/text.ts';
import { CliError } from '../error.ts';
import type { Screen } from '../terminal.ts';
import { sayCause } from './say-cause.ts';
import { saySymptom } from './say-symptom.ts';

/** What a cause or a symptom would ask and cost; both, where both have this id. */
export function explainPlaybook(id: string, library: Library, screen: Screen): string {
  const cause = library.causes.get(id);
  const symptom = library.symptoms.find((one) => one.id === id);
  const source = library.files.find(({ name }) => name === `causes/${id}.md`)?.source ?? '';
  const said = [
    ...(symptom ? [saySymptom(symptom, library, screen)] : []),
    ...(cause ? [sayCause(cause, source, screen)] : []),
  ];
  if (said.length > 0) return said.join('\n\n');
  const near = nearest(id, [...library.symptoms.map((one) => one.id), ...library.causes.keys()]);
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  throw new CliError(`There is no cause and no symptom ${id}.${hint}`, 2);
}
