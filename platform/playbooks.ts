import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  overlay,
  parseLibrary,
  type Library,
  type Origin,
  type PlaybookFile,
} from '../core/playbook/library.ts';
import { formatProblem, type PlaybookProblem } from '../core/playbook/problem.ts';
import { readPlaybookFolder, type FolderRead } from './playbook-folder.ts';

/** Where those that come with netcheck lie. */
export const shippedFolder = join(import.meta.dirname, '../playbooks');

/** The playbooks of one moment. */
export interface Edition {
  /** A name for exactly these files: the same in every process that has them. */
  readonly version: string;
  readonly library: Library;
  /** By name of file, as `causes/x.md`. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Since when this process goes by them, unix milliseconds. */
  readonly since: number;
}

/** Of which playbooks. */
type Cases = 'own' | 'all';

/** Every mistake of every playbook, as `file:line:col Unexpected X, expected Y`. */
export class PlaybookError extends Error {
  override readonly name = 'PlaybookError';

  constructor(problems: readonly PlaybookProblem[]) {
    super(problems.map(formatProblem).join('\n'));
  }
}

/**
 * The shipped playbooks, with those of one's own folder on top; any mistake refuses them all. Cases of the shipped ones
 * are read for who wants to run them: they were run before netcheck was shipped.
 */
export async function loadPlaybooks(
  ownFolder?: string,
  { casesOf = 'own' }: { readonly casesOf?: Cases } = {},
): Promise<Edition> {
  const own = ownFolder === undefined ? { files: [] } : await readPlaybookFolder(ownFolder);
  const edited = edit(await readShippedPlaybooks(), own, casesOf);
  if ('problems' in edited) throw new PlaybookError(edited.problems);
  return edited;
}

export function readShippedPlaybooks(): Promise<FolderRead> {
  return readPlaybookFolder(shippedFolder, 'playbooks');
}

/** What two folders as read make together: an edition, or everything that is wrong. */
export function edit(
  shipped: FolderRead,
  own: FolderRead,
  casesOf: Cases = 'own',
): Edition | { readonly problems: readonly PlaybookProblem[] } {
  if ('problems' in shipped) return shipped;
  if ('problems' in own) return own;
  const files = overlay(shipped.files, own.files);
  const origins = new Map(files.map(({ name, origin }) => [name, origin]));
  const isOwn = ({ name }: PlaybookFile): boolean => origins.get(name) !== 'shipped';
  const parsed = parseLibrary(files, casesOf === 'own' ? { casesOf: isOwn } : {});
  if ('problems' in parsed) return parsed;
  const version = fingerprint(files.map(({ name, source }) => [name, source]));
  return { version, library: parsed.library, origins, since: Date.now() };
}

/** Twelve digits that stand for a value. */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}
