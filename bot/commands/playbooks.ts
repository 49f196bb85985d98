import { unreachedCauses } from '../../core/playbook/library.ts';
import { formatProblem } from '../../core/playbook/problem.ts';
import type { PlaybookSource } from '../../platform/playbook-source.ts';
import type { ListedCause, ListedPlaybooks } from '../views/playbooks.ts';

/** The playbooks as this process has them now, for people. */
export function listPlaybooks(playbooks: PlaybookSource): ListedPlaybooks {
  const { library, origins, version, since } = playbooks.current();
  const originOf = (name: string) => origins.get(name) ?? 'shipped';
  const listed = ({ id, title }: { id: string; title: string }): ListedCause => ({
    title,
    origin: originOf(`causes/${id}.md`),
  });
  return {
    symptoms: library.symptoms.map(({ id, title, causes }) => ({
      id,
      title,
      origin: originOf(`${id}.md`),
      causes: causes.flatMap((cause) => library.causes.get(cause) ?? []).map(listed),
    })),
    unreached: unreachedCauses(library).map(listed),
    version,
    since,
    problems: playbooks.problems().map(formatProblem),
  };
}
