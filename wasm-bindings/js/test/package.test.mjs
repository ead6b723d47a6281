// What a user of the package must not see change by accident: what it exports, and what it weighs.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { SNAPSHOT, measure } from '../scripts/sizes.mjs';

/** Bytes in brotli that the core entry may weigh, its Wasm included. */
const CORE = 120_000;
const DRIFT = 0.05;
const HINT = 'accept it with `node wasm-bindings/js/scripts/sizes.mjs --bless`';

const now = await measure();
const kept = JSON.parse(await readFile(SNAPSHOT, 'utf8'));

test('each entry exports what it did', () => {
  assert.deepEqual(now.exported, kept.exported, HINT);
});

test('each inline entry exports what its entry does', async () => {
  for (const [entry, names] of Object.entries(now.exported)) {
    const file = entry === 'index' ? 'inline' : `${entry}.inline`;
    assert.deepEqual(Object.keys(await import(`../dist/${file}.js`)).sort(), names, entry);
  }
});

test('what is not used is left out of a bundle, the Wasm too', async () => {
  const contents = "import { atMost } from '@pinfi/sdk';\nconsole.log(atMost(1n, 1n));";
  const resolveDir = fileURLToPath(new URL('.', import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  const { text } = /** @type {{ text: string }} */ (outputFiles[0]);
  assert.ok(text.length < 200 && !/wasm/i.test(text), text);
});

test('the README says what each entry weighs', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `@pinfi\/sdk(?:\/(\w+))?` \|.*\| (\d+) kB/gm)];
  const said = rows.map(([, entry = 'index', kilobytes]) => /** @type {const} */ ([entry, Number(kilobytes)]));
  assert.deepEqual(said.map(([entry]) => entry).sort(), Object.keys(now.sizes).sort());
  for (const [entry, kilobytes] of said) {
    const is = now.sizes[entry].brotli / 1_000;
    assert.ok(Math.abs(is - kilobytes) < Math.max(1, is * 0.02), `${entry}: ${is} kB, not ${kilobytes}`);
  }
});

test('the core entry is within its limit', () => {
  const { brotli } = now.sizes.index;
  assert.ok(brotli <= CORE, `${brotli} B of ${CORE} B`);
});

for (const [entry, { raw, brotli }] of Object.entries(kept.sizes)) {
  test(`${entry} weighs what it did`, () => {
    const is = now.sizes[entry];
    assert.ok(Math.abs(is.raw - raw) <= raw * DRIFT, `${raw} B became ${is.raw} B; ${HINT}`);
    assert.ok(Math.abs(is.brotli - brotli) <= brotli * DRIFT, `${brotli} B became ${is.brotli} B`);
  });
}
