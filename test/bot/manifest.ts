import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { SlackOptions } from '../../sim/slack/options.ts';

/** The manifest that people install, so that tests run with the rights it asks for and no others. */
export const manifest = parse(
  readFileSync(join(import.meta.dirname, '../../deploy/slack-manifest.yaml'), 'utf8'),
) as NonNullable<SlackOptions['manifest']>;
