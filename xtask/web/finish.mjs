// Trunk's post-build hook: puts the libraries beside the page that it imports when it needs them,
// and seals the page with its content security policy.

import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { seal } from './policy.mjs';

const staging = process.env.TRUNK_STAGING_DIR;
const page = join(staging, 'index.html');
const charts = dirname(createRequire(import.meta.url).resolve('lightweight-charts/package.json'));

await mkdir(join(staging, 'vendor'), { recursive: true });
await copyFile(
  join(charts, 'dist/lightweight-charts.standalone.production.mjs'),
  join(staging, 'vendor/lightweight-charts.mjs'),
);
await writeFile(page, seal(await readFile(page, 'utf8')));
