// Trunk's post-build hook: puts beside the page what it loads when it needs it, the later parts of
// the program and the libraries, and seals the page with its content security policy.

import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { seal } from './policy.mjs';

const staging = process.env.TRUNK_STAGING_DIR;
const page = join(staging, 'index.html');
const charts = dirname(createRequire(import.meta.url).resolve('lightweight-charts/package.json'));

// Trunk leaves the folders of earlier builds where they are.
await rm(join(process.env.TRUNK_DIST_DIR, 'snippets'), { recursive: true, force: true });
await cp(process.env.PINFI_PARTS, join(staging, 'parts'), { recursive: true });
await mkdir(join(staging, 'vendor'), { recursive: true });
await copyFile(
  join(charts, 'dist/lightweight-charts.standalone.production.mjs'),
  join(staging, 'vendor/lightweight-charts.mjs'),
);
await writeFile(page, seal(await readFile(page, 'utf8')));
