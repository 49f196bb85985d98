import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutSection } from '../../core/playbook/markdown.ts';
import { playbooksDirectory } from './playbooks.ts';

const shipped = readFileSync(join(playbooksDirectory, 'causes/no-ready-endpoints.md'), 'utf8');

/** A cause that is right in every way, as a shipped one is, under another id and title; it is like no other. */
export function causeFile(id: string, title: string): string {
  return withoutSection(shipped, 'Look-alikes')
    .replace(/^id: .*$/m, `id: ${id}`)
    .replace(/^title: .*$/m, `title: ${title}`);
}

export function symptomFile(id: string, title: string, ...causes: readonly string[]): string {
  const links = causes.map((cause) => `- [${cause}](causes/${cause}.md): why`);
  return `---\nid: ${id}\ntitle: ${title}\nwhen: People say so\n---\n\nProse.\n\n## Causes\n\n${links.join('\n')}\n`;
}
