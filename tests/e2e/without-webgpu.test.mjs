// Without a GPU the proof is made on the CPU, and says so.

import assert from 'node:assert/strict';
import { App } from './support/app.mjs';
import { journeys } from './support/harness.mjs';
import { openPool, provideDevice } from './support/provider.mjs';
import { createWallet, faucet, stillMarket } from './support/wallet.mjs';

const journey = journeys({ webgpu: false });

journey('without WebGPU the proof is made on the CPU, labelled so', {}, async ({ page, url }) => {
  const app = new App(page, url);
  await createWallet(app);
  await stillMarket(app);
  await faucet(app);
  await openPool(app);
  const stake = await provideDevice(app);
  const card = page.locator(`[data-testid="stake"][data-stake="${stake}"]`);
  await app.id('stake-prove', card).click();
  await app.sign();
  await app.until('proof-outcome', 'outcome', (outcome) => outcome === 'passed', card);
  assert.equal(await app.value('proof-prover', 'prover', card), 'cpu');
  assert.match(await app.id('proof-prover', card).innerText(), /CPU/);
});

journey('without WebGPU every core is measured', {}, async ({ page, url, server }) => {
  let started = 0;
  server.on('request', (request) => {
    if (request.url.startsWith('/pinfi-worker_loader.js')) started += 1;
  });
  const app = new App(page, url);
  await app.open('provide');
  await app.id('benchmark').click();
  assert.equal(await app.value('benchmark-result', 'prover'), 'cpu');
  const cores = await page.evaluate(() => navigator.hardwareConcurrency);
  assert.equal(started, Math.min(cores, 8), 'a worker for each core');
});
