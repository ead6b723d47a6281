// Measures what a visitor downloads. `node measure.mjs` prints it, `--bless` keeps it as the
// snapshot.

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
export const SNAPSHOT = fileURLToPath(new URL('snapshot.json', import.meta.url));

/** Returns { first, later }: the bytes of each asset that the page names, and of all others. */
export async function measure(dist = DIST) {
  const files = await readdir(dist, { recursive: true, withFileTypes: true });
  const names = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath ?? file.path, file.name).slice(dist.length + 1));
  const html = await readFile(join(dist, 'index.html'), 'utf8');
  const sizes = { first: {}, later: {} };
  for (const name of names.sort()) {
    const isFirst = name === 'index.html' || named(html, name);
    const assets = sizes[isFirst ? 'first' : 'later'];
    const weight = weigh(await readFile(join(dist, name)));
    assets[stable(name)] = added(assets[stable(name)], weight);
  }
  return sizes;
}

/** Returns the sum of one measure over the assets. */
export function total(assets, measure) {
  return Object.values(assets).reduce((sum, asset) => sum + asset[measure], 0);
}

/** Whether the page itself loads the asset: by an element or by its inline module. */
function named(html, name) {
  return [`"/${name}"`, `'/${name}'`, `=/${name} `, `=/${name}>`].some((use) => html.includes(use));
}

/**
 * A name without the hashes that the build puts in. What several parts of the program share is in
 * files whose number and order change with the program: one row stands for all.
 */
function stable(name) {
  return name
    .replace(/-[0-9a-f]{8,16}(?=[._/])/g, '')
    .replace(/^parts\/[0-9a-f]+\//, 'parts/')
    .replace(/chunk_\d+/, 'chunk_*');
}

function added(one, other) {
  if (one === undefined) return other;
  return Object.fromEntries(Object.entries(other).map(([measure, bytes]) => [measure, bytes + one[measure]]));
}

function weigh(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params }).length,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const sizes = await measure();
  for (const [when, assets] of Object.entries(sizes)) {
    const rows = { ...assets };
    rows.total = Object.fromEntries(['raw', 'gzip', 'brotli'].map((m) => [m, total(assets, m)]));
    console.log(when === 'first' ? 'first load, bytes' : 'loaded when needed, bytes');
    console.table(rows);
  }
  if (process.argv.includes('--bless')) {
    await writeFile(SNAPSHOT, `${JSON.stringify(sizes, null, 2)}\n`);
    console.log('snapshot written');
  }
}
