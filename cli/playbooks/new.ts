import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { shippedFolder } from '../../platform/playbooks.ts';
import { CliError } from '../error.ts';

const template = join(import.meta.dirname, 'new-cause.md');

/** Writes `causes/<id>.md`, which passes its own test as it stands, and says what to do next. Nothing is overwritten. */
export async function newCause(id: string, folder: string): Promise<string> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))
    throw new CliError(`Unexpected id ${id}, expected words-like-this${suggest(id)}`, 2);
  const isShippedFolder = resolve(folder) === resolve(shippedFolder);
  const shipped = join(shippedFolder, 'causes', `${id}.md`);
  if (!isShippedFolder && (await isThere(shipped)))
    throw new CliError(
      `${id} is shipped, and a file of that name takes its place. To begin with what it says: cp ${shipped} ${join(folder, 'causes/')}`,
      1,
    );
  const file = join(folder, 'causes', `${id}.md`);
  const text = (await readFile(template, 'utf8')).replace(/^id: .*$/m, `id: ${id}`);
  if (await isThere(file)) throw new CliError(`Cannot write ${file}: it is there already`, 1);
  await write(file, text);
  return sayNext(id, folder, isShippedFolder);
}

function suggest(id: string): string {
  const words = id
    .replace(/\.md$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return words === '' ? '' : `, such as ${words}`;
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

async function write(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    throw new CliError(`Cannot write ${file}: ${String(error)}`, 1, { cause: error });
  }
}

function sayNext(id: string, folder: string, isShippedFolder: boolean): string {
  const file = join(folder, 'causes', `${id}.md`);
  const symptom = isShippedFolder
    ? `List it in a symptom, as in ${join(folder, 'slow-connects.md')}, or nobody looks at it`
    : `List it in a symptom, or nobody looks at it: in one of your own, ${join(folder, '<symptom>.md')},
   or in a copy of a shipped one: cp ${join(shippedFolder, 'slow-connects.md')} ${folder}`;
  const steps = [
    'Write yours over it; every TODO says what belongs there.',
    `netcheck playbooks test ${file}`,
    `${symptom}
   - [Its title](causes/${id}.md): how one knows it`,
    isShippedFolder ? 'netcheck playbooks check' : `netcheck playbooks check ${folder}`,
    ...(isShippedFolder ? [] : [`Set NETCHECK_PLAYBOOKS=${resolve(folder)} for the bot and the workers.`]),
  ].map((step, index) => `${index + 1}. ${step}`);
  return `${file} is a whole cause that passes its test. Next:\n\n${steps.join('\n')}\n`;
}
