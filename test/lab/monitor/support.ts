import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { findBinary } from '../../../sim/world/processes.ts';

/** What promtool has to say against an exporter's text; throws where Prometheus could not read it. */
export async function complaints(exposition: string): Promise<readonly string[]> {
  const child = spawn(await findBinary('promtool', 'prometheus'), ['check', 'metrics']);
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = once(child, 'exit');
  child.stdin.end(exposition);
  const lines = (await said).join('').split('\n');
  const [code] = (await ended) as [number | null];
  // 3: it can be read, but could be better.
  if (code !== 0 && code !== 3) throw new Error(lines.join('\n'));
  return lines.filter((line) => line !== '');
}
