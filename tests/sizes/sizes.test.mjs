// What a visitor downloads must not grow unseen.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { measure, SNAPSHOT, total } from './measure.mjs';

const DRIFT = 0.05;
/** Bytes in brotli that the page may load before it can be used. */
const FIRST_LOAD = 160_000;
/** Bytes: a handful is no drift, however small the file. */
const SLACK = 64;

const now = await measure();
const snapshot = JSON.parse(await readFile(SNAPSHOT, 'utf8'));
const HINT = 'look at `node tests/sizes/measure.mjs`; accept it with `cargo xtask test --only page --only sizes --bless`';

test('the first load weighs what it did', () => {
  const [is, was] = [now, snapshot].map(({ first }) => total(first, 'brotli'));
  console.log(`first load: ${is} B brotli`);
  assert.ok(Math.abs(is - was) <= was * DRIFT, `${was} B became ${is} B; ${HINT}`);
});

test('the first load is within its limit', () => {
  const is = total(now.first, 'brotli');
  assert.ok(is <= FIRST_LOAD, `${is} B of ${FIRST_LOAD} B: load what a first visit doesn't need as a part (web/src/parts.rs)`);
});

for (const when of ['first', 'later']) {
  test(`assets loaded ${when} are those of the snapshot`, () => {
    // Sorted: the hashes that names are without had a say in their order.
    assert.deepEqual(Object.keys(now[when]).sort(), Object.keys(snapshot[when]).sort(), HINT);
  });

  for (const [name, was] of Object.entries(snapshot[when])) {
    test(`${name} weighs what it did`, () => {
      for (const measure of ['raw', 'brotli']) {
        const is = now[when][name]?.[measure];
        const moved = Math.abs(is - was[measure]);
        assert.ok(
          moved <= Math.max(was[measure] * DRIFT, SLACK),
          `${measure}: ${was[measure]} B became ${is} B; ${HINT}`,
        );
      }
    });
  }
}
