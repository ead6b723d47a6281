// What a visitor downloads must not grow unseen.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { measure, SNAPSHOT, total } from './measure.mjs';

/** Bytes, brotli: the whole of a first visit. */
const FIRST_LOAD_LIMIT = 160_000;
const DRIFT = 0.05;
/** Bytes: a handful is no drift, however small the file. */
const SLACK = 64;

const now = await measure();
const snapshot = JSON.parse(await readFile(SNAPSHOT, 'utf8'));
const HINT = 'look at `node tests/sizes/measure.mjs`; accept it with `cargo xtask test --only page --only sizes --bless`';

test('first load stays below its limit', () => {
  const bytes = total(now.first, 'brotli');
  console.log(`first load ${bytes} B brotli of ${FIRST_LOAD_LIMIT} B`);
  assert.ok(bytes <= FIRST_LOAD_LIMIT, `first load is ${bytes} B, the limit ${FIRST_LOAD_LIMIT} B`);
});

for (const when of ['first', 'later']) {
  test(`assets loaded ${when} are those of the snapshot`, () => {
    assert.deepEqual(Object.keys(now[when]), Object.keys(snapshot[when]), HINT);
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
