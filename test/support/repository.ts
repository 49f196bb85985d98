import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { BotEnvironment, WorkerEnvironment } from '../../core/config.ts';

export const root = join(import.meta.dirname, '../..');

/** A file of the repository as text; the path is relative to its root. */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function isThere(path: string): boolean {
  return existsSync(join(root, path));
}

/** Paths relative to the root, installed packages left out. */
export function findFiles(...patterns: readonly string[]): string[] {
  const exclude = (path: string): boolean => /(^|\/)(node_modules|coverage|\.git)$/.test(path);
  return globSync(patterns, { cwd: root, exclude }).sort();
}

/** Every environment variable that the processes read. */
export const settings: ReadonlySet<string> = new Set(
  [BotEnvironment, WorkerEnvironment].flatMap((schema) => {
    const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    return Object.keys(properties);
  }),
);
