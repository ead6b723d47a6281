// What a first visitor gets, before doing anything.

import assert from 'node:assert/strict';
import { journeys } from './support/harness.mjs';
import { assertAccessible } from './support/accessible.mjs';

const journey = journeys();

journey('a skeleton is painted before any script runs', { javaScriptEnabled: false }, async ({ page, url }) => {
  await page.goto(url);
  const text = await page.locator('body').innerText();
  assert.ok(text.includes('PinFi'), `the bare page says: ${text}`);
});

journey('the page comes up without an error and is accessible', {}, async ({ page, url }) => {
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await assertAccessible(page);
});

journey('its policy lets no inline script run', {}, async ({ page, url }) => {
  await page.goto(url);
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval' 'sha256-[^ ]+';/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')/);
});

journey('every response carries the headers that no element can', {}, async ({ page, url }) => {
  const response = await page.goto(url);
  const headers = response.headers();
  assert.equal(headers['content-security-policy'], "frame-ancestors 'none'");
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['referrer-policy'], 'no-referrer');
});
