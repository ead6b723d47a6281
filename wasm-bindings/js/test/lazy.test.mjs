// Loading without a bundler, from the files that a browser would get. A process of its own: once
// loaded, a module stays so.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Pool, address, load } from '../dist/index.js';
import { state } from './fixture.mjs';

test('load comes first, may fail and be tried again, and happens once', async () => {
  const refused = { name: 'PinFiError', code: 'NotLoaded' };
  assert.throws(() => new Pool(state()), refused);
  assert.throws(() => address(`0x${'aB'.repeat(20)}`), refused);
  await assert.rejects(load(new Uint8Array([1, 2, 3])), { name: 'CompileError' });
  const wasm = await readFile(new URL('../wasm/core_bg.wasm', import.meta.url));
  const first = load(wasm);
  assert.equal(load(), first);
  await first;
  assert.ok(new Pool(state()).quoteBuy(3_600n, 0n).gross > 0n);
});
