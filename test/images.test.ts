import { join, normalize, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { isThere, read, root, settings } from './support/repository.ts';

const dockerfile = read('Dockerfile');
const { version, dependencies } = z
  .object({ version: z.string(), dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

interface Stage {
  readonly name: string;
  /** What it takes from the repository. */
  readonly copied: readonly string[];
  readonly text: string;
}

const stages: readonly Stage[] = dockerfile
  .split(/^FROM /m)
  .slice(1)
  .map((text) => {
    const copies = [...text.matchAll(/^COPY (?!--from)(.+)$/gm)].map(([, words = '']) => words.split(' '));
    return {
      name: /AS (\S+)/.exec(text)?.[1] ?? '',
      copied: copies.flatMap((words) => words.slice(0, -1)),
      text,
    };
  });
const shipped = stages.at(-1)?.copied ?? [];

/** Files and packages that a module imports when it is loaded; what is only a type is gone by then. */
function importsOf(file: string): string[] {
  const statements = read(file).matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm);
  return [...statements].map(([, specifier = '']) =>
    specifier.startsWith('.') ? relative(root, normalize(join(root, file, '..', specifier))) : specifier,
  );
}

function reachedFrom(files: readonly string[]): {
  files: ReadonlySet<string>;
  packages: ReadonlySet<string>;
} {
  const seen = new Set<string>(files);
  const packages = new Set<string>();
  for (const file of seen) {
    for (const target of importsOf(file)) {
      if (/\.m?[jt]sx?$/.test(target) && isThere(target)) seen.add(target);
      else packages.add(target);
    }
  }
  return { files: seen, packages };
}

describe('Dockerfile', () => {
  test('takes only what is there', () => {
    expect(stages.map(({ name }) => name)).toEqual(['base', 'packages', 'demo', 'netcheck']);
    expect(stages.flatMap(({ copied }) => copied).filter((path) => !isThere(path))).toEqual([]);
  });

  test('ships every file and package that its commands load', () => {
    const reached = reachedFrom(['cli/main.ts', 'bot/main.ts', 'workers/main.ts']);
    const folders = shipped.map((path) => (/\.\w+$/.test(path) ? path : `${path}/`));
    const left = [...reached.files].filter((file) => !folders.some((folder) => file.startsWith(folder)));
    const foreign = [...reached.packages].filter(
      (name) => !name.startsWith('node:') && !Object.keys(dependencies).some((one) => isFrom(name, one)),
    );
    expect(reached.files.size).toBeGreaterThan(60);
    expect({ left, foreign }).toEqual({ left: [], foreign: [] });
  });

  test('does not run as root, and says so with a number', () => {
    for (const { name, text } of stages.filter((stage) => /^ENTRYPOINT/m.test(stage.text))) {
      expect([name, /^USER (\S+)/m.exec(text)?.[1]]).toEqual([name, '1000:1000']);
    }
  });
});

function isFrom(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}

const Service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).default([]),
  build: z.object({ target: z.string() }).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  profiles: z.array(z.string()).default([]),
  volumes: z.array(z.unknown()).default([]),
});

describe('docker-compose.yml', () => {
  const compose = z
    .object({ services: z.record(z.string(), Service), volumes: z.record(z.string(), z.null()) })
    .parse(parse(read('docker-compose.yml'), { merge: true }));
  const { services } = compose;

  test('builds stages that the Dockerfile has, tagged with this version', () => {
    const built = Object.values(services).filter(({ build }) => build !== undefined);
    expect(built.map(({ build }) => build?.target).sort()).toEqual([
      'demo',
      'netcheck',
      'netcheck',
      'netcheck',
    ]);
    for (const { image, build } of built) {
      expect(image).toBe(`${build?.target === 'demo' ? 'netcheck-demo' : 'netcheck'}:${version}`);
    }
  });

  test('sets only what netcheck reads, and gives Slack tokens to the bot alone', () => {
    for (const name of ['bot', 'worker', 'remediator']) {
      const variables = Object.keys(services[name]?.environment ?? {});
      expect(variables.filter((variable) => !settings.has(variable))).toEqual([]);
      expect(variables.some((variable) => variable.startsWith('SLACK_'))).toBe(name === 'bot');
      expect(services[name]?.command).toEqual([name]);
    }
  });

  test('keeps what Redis holds', () => {
    expect(services['redis']?.command.join(' ')).toContain('--appendonly yes');
    expect(services['redis']?.volumes).toEqual(['redis:/data']);
    expect(Object.keys(compose.volumes)).toContain('redis');
  });

  test('starts nothing that writes, and no demo, unless asked', () => {
    const always = Object.entries(services).flatMap(([name, { profiles }]) =>
      profiles.length > 0 ? [] : [name],
    );
    expect(always.sort()).toEqual(['bot', 'prometheus', 'redis', 'worker']);
  });
});
