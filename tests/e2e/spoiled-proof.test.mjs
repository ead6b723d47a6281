// A corrupted proof is found out, and costs the stake.

import assert from 'node:assert/strict';
import { App } from './support/app.mjs';
import { journeys } from './support/harness.mjs';
import { openPool, provideDevice } from './support/provider.mjs';
import { createWallet, faucet, stillMarket } from './support/wallet.mjs';

const journey = journeys();

journey('a spoiled proof is rejected and the stake is slashed', {}, async ({ page, url }) => {
  const app = new App(page, url);
  await createWallet(app);
  await stillMarket(app);
  await faucet(app);
  await openPool(app);
  const stake = await provideDevice(app);
  const card = page.locator(`[data-testid="stake"][data-stake="${stake}"]`);
  await app.id('proof-options', card).locator('summary').click();
  await app.id('proof-spoil', card).check();
  await app.id('stake-prove', card).click();
  await app.sign();
  await app.until('proof-outcome', 'outcome', (outcome) => outcome === 'failed');
  const ended = page.locator(`[data-testid="ended"][data-stake="${stake}"]`);
  await ended.waitFor();
  assert.equal(await ended.getAttribute('data-state'), 'slashed');
});
