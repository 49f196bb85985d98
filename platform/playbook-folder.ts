import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlaybookFile } from '../core/playbook/library.ts';
import type { PlaybookProblem } from '../core/playbook/problem.ts';

const causes = 'causes';

/** The files of a folder, or what kept it from being read. */
export type FolderRead =
  { readonly files: readonly PlaybookFile[] } | { readonly problems: readonly PlaybookProblem[] };

/**
 * Reads `<symptom>.md` and `causes/<cause>.md`. What begins with a dot is not looked at: a ConfigMap's `..data`, an
 * editor's lock. `shown` is what people call the folder.
 */
export async function readPlaybookFolder(folder: string, shown = folder): Promise<FolderRead> {
  const problems: PlaybookProblem[] = [];
  const report = (name: string, message: string): void => {
    problems.push({ file: join(shown, name), line: 1, column: 1, message });
  };
  const files: PlaybookFile[] = [];
  // One by one: a network folder that hangs holds one of Node's few file threads, and not all of them.
  for (const name of await namesIn(folder, report)) {
    try {
      const source = await readPlaybook(join(folder, name));
      files.push({ name, path: join(shown, name), source });
    } catch (error) {
      report(name, `Unexpected file, expected one that can be read: ${String(error)}`);
    }
  }
  return problems.length > 0 ? { problems } : { files };
}

/** Without the mark that some editors of Windows put before everything. */
export async function readPlaybook(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
}

async function namesIn(folder: string, report: (name: string, message: string) => void): Promise<string[]> {
  const names: string[] = [];
  const look = async (name: string): Promise<readonly string[]> => {
    try {
      return await visibleIn(join(folder, name));
    } catch (error) {
      // Whatever else lies about in the folder may be unreadable.
      if (name === '' || name === causes)
        report(name, `Unexpected folder, expected playbooks: ${String(error)}`);
      return [];
    }
  };
  for (const entry of await look('')) {
    if (isPlaybook(entry)) {
      names.push(entry);
      continue;
    }
    const inside = (await look(entry)).filter(isPlaybook);
    if (entry === causes) names.push(...inside.map((name) => `${causes}/${name}`));
    else if (inside.length > 0)
      report(entry, `Unexpected folder ${entry} with playbooks, expected them in ${causes}/ or beside it`);
  }
  return names;
}

async function visibleIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => !name.startsWith('.')).sort();
}

function isPlaybook(name: string): boolean {
  return name.endsWith('.md');
}
