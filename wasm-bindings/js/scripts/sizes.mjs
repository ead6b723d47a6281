// Weighs what a browser fetches for each entry: its modules, bundled and minified, and its Wasm.
// `node sizes.mjs` prints it, `--bless` keeps it as the snapshot, with what each entry exports.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
export const SNAPSHOT = join(root, 'test/snapshot.json');
const ENTRIES = ['index', 'ledger', 'evm', 'verify', 'equilibrium', 'simulation', 'prove', 'session'];

/** The Wasm files that a script names. */
const needed = (script) => [...new Set(script.match(/\w+_bg\.wasm/g))];

export async function measure() {
  const sizes = {};
  const exported = {};
  for (const entry of ENTRIES) {
    const { outputFiles } = await build({
      entryPoints: [join(root, `dist/${entry}.js`)],
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      write: false,
    });
    const script = outputFiles[0].contents;
    const wasm = await Promise.all(needed(outputFiles[0].text).map((name) => readFile(join(root, 'wasm', name))));
    const files = [script, ...wasm];
    const sum = (weigh) => files.reduce((total, bytes) => total + weigh(bytes), 0);
    sizes[entry] = {
      raw: sum((bytes) => bytes.length),
      gzip: sum((bytes) => gzipSync(bytes, { level: 9 }).length),
      brotli: sum((bytes) => brotliCompressSync(bytes).length),
      script: brotliCompressSync(script).length,
    };
    exported[entry] = Object.keys(await import(pathToFileURL(join(root, `dist/${entry}.js`)).href)).sort();
  }
  return { sizes, exported };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = await measure();
  console.table(found.sizes);
  if (process.argv.includes('--bless')) {
    await writeFile(SNAPSHOT, `${JSON.stringify(found, null, 2)}\n`);
  }
}
