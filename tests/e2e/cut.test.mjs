// A proof that is cut off on its way goes on: after a reload, and where the GPU is lost.

import assert from 'node:assert/strict';
import { App, assertEventually } from './support/app.mjs';
import { journeys } from './support/harness.mjs';
import { openPool, provideDevice } from './support/provider.mjs';
import { createWallet, faucet, leap, stillMarket } from './support/wallet.mjs';

const journey = journeys();

/**
 * What stands before the worker's own script: its clock is fast, so that a checkpoint is due after half a second
 * in place of ten, and the GPU devices that it is given are at hand.
 */
const PATCH = `
  const clock = performance.now.bind(performance);
  performance.now = () => 20 * clock();
  const { requestDevice } = GPUAdapter.prototype;
  self.devices = [];
  GPUAdapter.prototype.requestDevice = async function (...wish) {
    const device = await requestDevice.apply(this, wish);
    self.devices.push(device);
    return device;
  };
`;

/** The seeds for which the worker keeps something, in a database that it has made. */
const kept = () =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open('pinfi-proofs');
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = () => resolve([]);
    opening.onsuccess = () => {
      const keys = opening.result.transaction('meta').objectStore('meta').getAllKeys();
      keys.onerror = () => reject(keys.error);
      keys.onsuccess = () => {
        opening.result.close();
        resolve(keys.result.filter((key) => key.startsWith('checkpoint/')));
      };
    };
  });

journey('a proof that is cut off goes on from its last checkpoint', {}, async ({ page, context, url, t }) => {
  await context.route('**/pinfi-worker_loader.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: PATCH + (await response.text()) });
  });
  const app = new App(page, url);
  let stake;
  const card = () => page.locator(`[data-testid="mine-device-card"][data-stake="${stake}"]`);
  const passed = async () => Number(await card().getAttribute('data-passed'));
  const deeds = () => app.id('mine-deed').allInnerTexts();
  const described = async () => `${await card().innerText()}\n${(await deeds()).join('\n')}`;
  const isDue = async () => (await card().getByTestId('mine-next').count()) > 0;
  /** Lets the ledger's time run until something is so: in leaps while nothing is due. */
  const pass = (test) =>
    assertEventually(async () => {
      if (await test()) return true;
      if ((await app.value('mine-stand', 'stand')) === 'waiting' && !(await isDue())) await leap(app);
      return false;
    }, described, 180_000);
  /** Waits until a proof is on its way and something of it is kept. */
  const underWay = () => pass(async () => (await page.evaluate(kept)).length > 0);
  const wentOn = async () => {
    const said = (await deeds()).map((deed) => /^Went on .* from round (\d+) of (\d+)$/.exec(deed));
    return said.filter(Boolean).map(([, from, of]) => [Number(from), Number(of)]);
  };

  await createWallet(app);
  await stillMarket(app);
  await faucet(app);
  await openPool(app, 'Long proofs', { n: 256, rounds: 128 });
  stake = await provideDevice(app, { term: '24h' });
  await app.visit('mine');
  await app.id('mine-start').click();
  await app.sign();
  await app.id('mine-stand').waitFor();

  await t.test('a reload in the middle costs what came after the checkpoint', async () => {
    await underWay();
    await app.open('mine');
    await app.id('mine-stand').waitFor();
    await pass(async () => (await wentOn()).length === 1);
    const [[from, of]] = await wentOn();
    assert.ok(from > 0 && from < of, `from round ${from} of ${of}`);
    assert.equal(of, 128);
    await pass(async () => (await passed()) === 1);
    assert.deepEqual(await page.evaluate(kept), [], 'it is computed');
  });

  await t.test('a GPU that is lost in the middle is said, replaced, and the challenge answered', async () => {
    await underWay();
    const destroyed = await Promise.all(
      page.workers().map((worker) => worker.evaluate(() => self.devices?.map((device) => device.destroy()).length)),
    );
    assert.ok(destroyed.includes(1), `${destroyed}`);
    await pass(async () => (await passed()) === 2);
    const said = await deeds();
    assert.equal((await wentOn()).length, 2, said.join('\n'));
    assert.ok(said.some((deed) => /^Compute on the GPU/.test(deed)), said.join('\n'));
    const statements = await app.id('mine-statement').evaluateAll((all) =>
      all.map(({ dataset, innerText }) => [dataset.kind, dataset.holds, /GPU was lost/.test(innerText)]),
    );
    assert.deepEqual(statements, [['resume', 'true', false], ['pause', 'true', true]]);
  });
});
