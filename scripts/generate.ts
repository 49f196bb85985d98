import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, getFileInfo, resolveConfig } from 'prettier';
import { configurationPage } from './generate/configuration.ts';
import { envExample } from './generate/env-example.ts';
import { lookupsPage } from './generate/lookups.ts';
import { metricsPage } from './generate/metrics.ts';
import { probesPage } from './generate/probes.ts';
import { ephemeralManifest, nodeManifest, rbacManifest, remediatorManifest } from './generate/rbac.ts';
import { remediationsPage } from './generate/remediations.ts';
import { rulesPage } from './generate/rules.ts';
import { storyBundles } from './generate/stories.ts';

/** `node scripts/generate.ts [--check]`: writes what is derived from the code, or says what is out of date. */
const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');

const generated: Readonly<Record<string, () => string>> = {
  '.env.example': envExample,
  'deploy/rbac.yaml': rbacManifest,
  'deploy/rbac-probes-ephemeral.yaml': ephemeralManifest,
  'deploy/rbac-probes-node.yaml': nodeManifest,
  'deploy/rbac-remediator.yaml': remediatorManifest,
  'docs/configuration.md': configurationPage,
  'docs/lookups.md': lookupsPage,
  'docs/metrics.md': metricsPage,
  'docs/probes.md': probesPage,
  'docs/remediations.md': remediationsPage,
  'docs/rules.md': rulesPage,
  ...(await storyBundles()),
};

const stale: string[] = [];
for (const [path, make] of Object.entries(generated)) {
  const file = join(root, path);
  const text = await formatted(make(), file);
  if (read(file) === text) continue;
  if (check) stale.push(path);
  else writeFileSync(file, text);
}
if (stale.length > 0) {
  process.stderr.write(`out of date: ${stale.join(', ')}. Run: node scripts/generate.ts\n`);
  process.exit(1);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** As Prettier would leave it, where Prettier knows the kind of file. */
async function formatted(text: string, file: string): Promise<string> {
  const { ignored, inferredParser } = await getFileInfo(file, { ignorePath: join(root, '.prettierignore') });
  return ignored || inferredParser === null
    ? text
    : format(text, { ...(await resolveConfig(file)), filepath: file });
}
