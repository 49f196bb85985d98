import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { missingCases } from '../../core/playbook/case-requirements.ts';
import { parseCause, type Cause } from '../../core/playbook/cause.ts';
import type { PlaybookFile } from '../../core/playbook/library.ts';
import type { PlaybookProblem } from '../../core/playbook/problem.ts';
import { nearest } from '../../core/text.ts';
import { readPlaybook, readPlaybookFolder } from '../../platform/playbook-folder.ts';
import { PlaybookError, readShippedPlaybooks } from '../../platform/playbooks.ts';
import { CliError } from '../error.ts';

/** A cause and the file that states it, as people open it. */
export interface CauseFile {
  readonly file: string;
  readonly cause: Cause;
  /** Cases that it should have and has not. */
  readonly missing: readonly PlaybookProblem[];
}

/** The causes of a folder or of one file (the shipped ones unless named); any mistake in them refuses all. */
export async function readCauses(path: string | undefined): Promise<CauseFile[]> {
  const shipped = await readFiles(readShippedPlaybooks());
  const { files, beside } = path === undefined ? { files: shipped, beside: [] } : await readSources(path);
  const known = new Set([...shipped, ...beside, ...files].map(idOf));
  const problems: PlaybookProblem[] = [];
  const causes: CauseFile[] = [];
  for (const { path: file, source } of files) {
    const parsed = parseCause(source, file, { known });
    if ('problems' in parsed) problems.push(...parsed.problems);
    else {
      const { cause } = parsed;
      causes.push({ file, cause, missing: missingCases(cause, { file, source, known }) });
    }
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

type Source = Pick<PlaybookFile, 'path' | 'source'>;

/** The causes that a path names, and those that lie beside a file and that it may link. */
async function readSources(path: string): Promise<{ files: readonly Source[]; beside: readonly Source[] }> {
  const isFile = (await stat(path).catch(() => undefined))?.isFile() === true;
  if (!isFile) return { files: await readFiles(readPlaybookFolder(path)), beside: [] };
  const causesFolder = dirname(path);
  const beside = basename(causesFolder) === 'causes' ? readPlaybookFolder(dirname(causesFolder)) : undefined;
  return {
    files: [{ path, source: await readPlaybook(path) }],
    beside: beside === undefined ? [] : await readFiles(beside),
  };
}

async function readFiles(reading: ReturnType<typeof readPlaybookFolder>): Promise<readonly Source[]> {
  const read = await reading;
  if ('problems' in read) throw new PlaybookError(read.problems);
  return read.files.filter(({ name }) => name.startsWith('causes/'));
}

function idOf({ path }: Source): string {
  return basename(path, '.md');
}
