// Trunk's post-build hook: seals the page with its content security policy.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seal } from './policy.mjs';

const page = join(process.env.TRUNK_STAGING_DIR, 'index.html');
await writeFile(page, seal(await readFile(page, 'utf8')));
