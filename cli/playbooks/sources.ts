import { readFile, stat } from 'node:fs/promises';
import { parseCause, type Cause } from '../../core/playbook/cause.ts';
import type { PlaybookProblem } from '../../core/playbook/problem.ts';
import { nearest } from '../../core/text.ts';
import { readPlaybookFolder } from '../../platform/playbook-folder.ts';
import { PlaybookError, readShippedPlaybooks } from '../../platform/playbooks.ts';
import { CliError } from '../error.ts';

/** A cause and the file that states it, as people open it. */
export interface CauseFile {
  readonly file: string;
  readonly cause: Cause;
}

/** The causes of a folder or of one file (the shipped ones unless named); any mistake in them refuses all. */
export async function readCauses(path: string | undefined): Promise<CauseFile[]> {
  const files = await readSources(path);
  const problems: PlaybookProblem[] = [];
  const causes: CauseFile[] = [];
  for (const { path: file, source } of files) {
    const parsed = parseCause(source, file);
    if ('problems' in parsed) problems.push(...parsed.problems);
    else causes.push({ file, cause: parsed.cause });
  }
  if (problems.length > 0) throw new PlaybookError(problems);
  if (causes.length === 0) throw new CliError(`There are no causes in ${path ?? 'the shipped playbooks'}`, 1);
  return causes;
}

/** Only the cause of this id. */
export function only(id: string, causes: readonly CauseFile[]): CauseFile[] {
  const found = causes.filter(({ cause }) => cause.id === id);
  if (found.length > 0) return found;
  const near = nearest(
    id,
    causes.map(({ cause }) => cause.id),
  );
  const hint = near.length > 0 ? `. Did you mean ${near.join(' or ')}?` : '';
  throw new CliError(`There is no cause ${id}${hint}`, 2);
}

async function readSources(
  path: string | undefined,
): Promise<readonly { readonly path: string; readonly source: string }[]> {
  const isFile = path !== undefined && (await stat(path).catch(() => undefined))?.isFile() === true;
  if (isFile) return [{ path, source: await readFile(path, 'utf8') }];
  const read = path === undefined ? await readShippedPlaybooks() : await readPlaybookFolder(path);
  if ('problems' in read) throw new PlaybookError(read.problems);
  return read.files.filter(({ name }) => name.startsWith('causes/'));
}
