import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const executable = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/** A test that needs a browser; skipped, and said so, where there is none. */
export const browserTest = executable === undefined ? test.skip : test;

if (executable === undefined) {
  process.stderr.write(`\nSKIPPED: no browser for the page's tests (none of ${names.join(', ')} on PATH)\n`);
}

export async function launch(): Promise<Browser | null> {
  if (executable === undefined) return null;
  return chromium.launch({
    executablePath: executable,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What a page did that it should not: errors, and requests to anywhere but the stand-in. */
export function watch(page: Page, url: string): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const to = request.url();
    if (!to.startsWith(url) && !to.startsWith('data:')) complaints.push(`request to ${to}`);
  });
  return complaints;
}
