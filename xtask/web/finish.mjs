// Trunk's post-build hook: puts beside the page what it loads when it needs it, the later parts of
// the program, and seals the page with its content security policy.

import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seal } from './policy.mjs';

const staging = process.env.TRUNK_STAGING_DIR;
const page = join(staging, 'index.html');

// Trunk leaves the folders of earlier builds where they are,
for (const folder of ['snippets', 'vendor']) {
  await rm(join(process.env.TRUNK_DIST_DIR, folder), { recursive: true, force: true });
}
// and brings along, with a worker that is ready before the page, what the page had the last time.
const names = (await readdir(staging)).filter((name) => /\.(html|js)$/.test(name));
const texts = await Promise.all(names.map((name) => readFile(join(staging, name), 'utf8')));
for (const folder of await readdir(join(staging, 'snippets'))) {
  if (texts.some((text) => text.includes(folder))) continue;
  await rm(join(staging, 'snippets', folder), { recursive: true });
}
await cp(process.env.PINFI_PARTS, join(staging, 'parts'), { recursive: true });
await writeFile(page, seal(await readFile(page, 'utf8')));
