// What a user does with keys and money.

import assert from 'node:assert/strict';
import { PASSWORD, assertEventually } from './app.mjs';

/** Makes a wallet with a new phrase; returns the phrase, which the screen shows this once. */
export async function createWallet(app, password = PASSWORD) {
  await app.open('wallet');
  await app.id('wallet-create').click();
  await app.id('wallet-phrase').waitFor();
  const words = await app.id('wallet-phrase').locator('li').allInnerTexts();
  await app.id('wallet-phrase-kept').check();
  await app.id('wallet-password').fill(password);
  await app.id('wallet-password-repeat').fill(password);
  await app.id('wallet-create-submit').click();
  await app.until('wallet-status', 'status', (status) => status === 'unlocked');
  await app.outcome('success');
  return words.map((word) => word.trim()).join(' ');
}

/** Takes the day's play money for the account in use. */
export async function faucet(app) {
  await app.go('wallet');
  const before = await app.amount('wallet-balance');
  await app.id('faucet').click();
  await app.sign();
  await app.outcome('success');
  const after = await app.amount('wallet-balance');
  assert.ok(after > before, `the faucet gave ${after - before}`);
  return after - before;
}

/** Adds an account from the same phrase; it is then the one in use. */
export async function addAccount(app) {
  await app.go('wallet');
  const rows = app.id('account-row');
  const count = await rows.count();
  await app.id('account-add').click();
  await assertEventually(
    async () => (await rows.count()) === count + 1,
    async () => `${await rows.count()} accounts`,
  );
}

/** Takes the account with that number, from 0, into use. */
export async function useAccount(app, number) {
  await app.go('wallet');
  await app.id('account-use', app.id('account-row').nth(number)).click();
}

/** Stops the simulated accounts, so that nobody else moves the pools. */
export async function stillMarket(app) {
  await app.go('wallet');
  await app.id('market-switch').uncheck();
}

/** Lets five minutes of the sandbox's time pass at once. */
export async function leap(app) {
  const at = async () => BigInt(await app.value('clock-now', 'at'));
  const until = (await at()) + 300n;
  await app.id('clock-speed').selectOption('60');
  await assertEventually(async () => (await at()) >= until, async () => `${await at()} of ${until}`);
  await app.id('clock-speed').selectOption('1');
}
