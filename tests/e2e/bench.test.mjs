// How well the prover uses this device, as the page measures it.

import assert from 'node:assert/strict';
import { App } from './support/app.mjs';
import { PATIENCE, journeys } from './support/harness.mjs';

const journey = journeys();

/** Opens the page and measures with the smallest matrices: this machine may have no GPU. */
async function measured(app, button) {
  await app.open('bench');
  await app.id('bench-side').selectOption('256');
  await app.id(button).click();
  // A GPU in software takes its time.
  await app.id('bench-result').waitFor({ timeout: 5 * PATIENCE });
  const prover = await app.value('bench-result', 'prover');
  const shares = await app.id('bench-parts').locator('tbody tr td:last-child').allInnerTexts();
  const total = shares.map((text) => Number.parseFloat(text)).reduce((sum, share) => sum + share, 0);
  assert.ok(Math.abs(total - 100) < 0.2, `shares of the whole: ${shares}`);
  return prover;
}

const times = async (app) => Number.parseFloat(await app.id('bench-naive').innerText());

journey('a measurement that is stopped leaves nothing', {}, async ({ page, url }) => {
  const app = new App(page, url);
  await app.open('bench');
  await app.id('bench-auto').click();
  await app.id('bench-stop').click();
  await app.id('bench-stop').waitFor({ state: 'detached' });
  assert.equal(await app.id('bench-result').count(), 0);
});

journey('the product is measured beside a plain one and the peak, and its tiling is kept', {}, async ({ page, url }) => {
  const app = new App(page, url);
  assert.equal(await measured(app, 'bench-auto'), 'gpu');
  assert.ok((await times(app)) > 0, 'beside an entry at a time');
  const ofPeak = Number.parseFloat(await app.id('bench-peak').innerText());
  assert.ok(ofPeak > 0, `${ofPeak} % of the peak`);
  const kept = () => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  assert.ok((await kept()).includes('pinfi-gpus'), 'for the next visit');
});

journey('the processor is measured beside one number at a time', {}, async ({ page, url }) => {
  const app = new App(page, url);
  assert.equal(await measured(app, 'bench-cpu'), 'cpu');
  assert.ok((await times(app)) > 0, 'beside one number at a time');
});
