// The main job, end to end, on one ledger: provide, rent, prove, end, settle, and find it all again.

import assert from 'node:assert/strict';
import { assertAccessible } from './support/accessible.mjs';
import { App, assertEventually } from './support/app.mjs';
import { asCore, asCoreQuotes, poolsFrom, samplePool, sampleQuote } from './support/core.mjs';
import { journeys } from './support/harness.mjs';
import { openPool, provideDevice } from './support/provider.mjs';
import { addAccount, createWallet, faucet, stillMarket, useAccount } from './support/wallet.mjs';

const journey = journeys();

journey('a newcomer provides, rents out, proves and settles a device', {}, async ({ page, url, t }) => {
  const app = new App(page, url);
  let core;
  let pool;
  let stake;
  const stakeCard = () => page.locator(`[data-testid="stake"][data-stake="${stake}"]`);

  const ended = () => page.locator(`[data-testid="ended"][data-stake="${stake}"]`);

  await t.test('new wallet and faucet', async () => {
    await createWallet(app);
    await stillMarket(app);
    await faucet(app);
    await assertAccessible(page, 'the wallet');
  });

  await t.test('create a pool', async () => {
    pool = await openPool(app);
    await assertAccessible(page, 'the page of a provider');
  });

  await t.test('stake a device and add liquidity', async () => {
    stake = await provideDevice(app);
    await assertAccessible(page, 'the positions');
  });

  await t.test('price and reserves are those of the core while time passes', async () => {
    await app.visit(`pool/${pool}`);
    const first = await samplePool(app);
    core = poolsFrom(first);
    await app.id('clock-speed').selectOption('60');
    await app.until('pool-pin', 'at', (at) => BigInt(at) > first.at + 600n);
    await app.id('clock-speed').selectOption('1');
    core = asCore(core, await samplePool(app));
    await assertAccessible(page, 'the pool');
  });

  await t.test('a second account rents the device at the core\'s price', async () => {
    await addAccount(app);
    await faucet(app);
    await app.visit(`swap/${pool}`);
    await app.id('swap-until').fill('1h');
    core = asCoreQuotes(core, await sampleQuote(app));
    await assertAccessible(page, 'the swap');
    await app.id('swap-submit').click();
    const words = await app.sign();
    assert.match(words, /PIN/, 'the dialog names the cost');
    await app.outcome('success');
    await app.go('positions');
    await app.id('rental').waitFor();
  });

  await t.test('a proof on WebGPU passes', async () => {
    await useAccount(app, 0);
    await app.go('positions');
    await app.id('stake-prove', stakeCard()).click();
    await app.sign();
    await app.until('proof-outcome', 'outcome', (outcome) => outcome === 'passed', stakeCard());
    assert.equal(await app.value('proof-prover', 'prover', stakeCard()), 'gpu');
    assert.equal(await stakeCard().getAttribute('data-verified'), '1');
    await assertAccessible(page, 'the outcome of a proof');
  });

  await t.test('the client ends early and is paid', async () => {
    await useAccount(app, 1);
    const before = await app.amount('wallet-balance');
    await app.go('positions');
    await app.id('rental-end', app.id('rental')).click();
    await app.sign();
    await app.outcome('success');
    await app.go('wallet');
    assert.ok((await app.amount('wallet-balance')) > before, 'the unused time was paid back');
  });

  await t.test('after its term the stake is settled', async () => {
    await useAccount(app, 0);
    await app.id('clock-speed').selectOption('3600');
    await app.go('positions');
    const settle = app.id('stake-settle', stakeCard());
    await assertEventually(() => settle.isEnabled({ timeout: 500 }).catch(() => false), () =>
      stakeCard().innerText(),
    );
    await app.id('clock-speed').selectOption('1');
    await settle.click();
    await app.sign();
    await app.outcome('success');
    await ended().waitFor();
    assert.equal(await ended().getAttribute('data-state'), 'settled');
  });

  await t.test('a reload finds everything again', async () => {
    const read = () => app.id('account-balance').evaluateAll((all) => all.map((e) => e.dataset.wei).join());
    await app.go('wallet');
    const balances = await read();
    await app.open('wallet');
    await assertEventually(
      async () => (await read()) === balances,
      async () => `${balances} became ${await read()}`,
    );
    assert.equal(await app.value('wallet-status', 'status'), 'locked', 'a reload forgets the keys');
    assert.equal(await app.id('ledger-recovery').count(), 0);
    await app.go('positions');
    await ended().waitFor();
    assert.equal(await ended().getAttribute('data-state'), 'settled');
  });
});
