// A device that is left alone on a chain: its key is given what its transactions cost, and gives back what is left.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { assertAccessible, assertFitsScreens } from './support/accessible.mjs';
import { App, assertEventually } from './support/app.mjs';
import { fund, injectWallet, openForm, settleOn } from './support/chain.mjs';
import { ACCOUNTS, Devnet } from './support/devnet.mjs';
import { journeys } from './support/harness.mjs';
import { openPool, provideDevice } from './support/provider.mjs';
import { createWallet } from './support/wallet.mjs';

const ETH = 10n ** 18n;

const journey = journeys();
let devnet;

before(async () => {
  devnet = await Devnet.begin();
});
after(() => devnet?.end());

const money = async (account) => BigInt(await devnet.rpc('eth_getBalance', [account, 'latest']));
const wei = (typed) => {
  const [whole, part = ''] = typed.split('.');
  return BigInt(whole + part.padEnd(18, '0'));
};
/** Waits until the page knows what is needed, and returns what it proposes to send. */
const proposed = async (app) => {
  await app.until('mine-needs', 'wei', (needs) => BigInt(needs || 0) > 0n);
  const amount = wei(await app.id('mine-give-amount').inputValue());
  assert.ok(amount >= await app.amount('mine-needs'), 'all of what is needed');
  return amount;
};

journey('the key that answers is paid for by its owner', {}, async ({ page, url, t }) => {
  const app = new App(page, url);
  let owner;
  let key;

  await t.test('what it needs is said, and sent as it starts', async () => {
    await createWallet(app);
    await openForm(app);
    await settleOn(app, devnet);
    owner = await fund(app, devnet);
    await openPool(app, 'Bench C');
    await provideDevice(app, { term: '24h' });
    await app.visit('mine');
    const amount = await proposed(app);
    assert.equal(await app.amount('mine-has'), 0n);
    key = await app.value('mine-key', 'address');
    await assertAccessible(page, 'the consent on a chain');
    await assertFitsScreens(page, 'the consent on a chain');
    await app.id('mine-start').click();
    assert.match(await app.sign(), /ETH go from this account to the key/);
    await app.id('mine-stand').waitFor();
    assert.equal(await app.value('mine-operator', 'address'), key);
    const spent = amount - await money(key);
    assert.ok(spent >= 0n && spent < amount / 10n, 'to the wei, but for what it has done since');
  });

  await t.test('it answers with it', async () => {
    const { timestamp } = await devnet.rpc('eth_getBlockByNumber', ['latest', false]);
    await devnet.pass(3_600 - (Number(timestamp) % 3_600));
    const deeds = () => app.id('mine-deed').allInnerTexts();
    await assertEventually(
      async () => (await deeds()).some((deed) => /^Computed and committed/.test(deed)),
      async () => (await deeds()).join(),
    );
    assert.equal(await app.id('mine-failure').count(), 0);
  });

  await t.test('when it runs low that is said, and a click sends more', async () => {
    assert.equal(await app.id('mine-low').count(), 0);
    await devnet.rpc('anvil_setBalance', [key, '0x5af3107a4000']);
    await assertEventually(async () => (await app.id('mine-low').count()) === 1, () => app.id('mine-upkeep').innerText());
    await app.id('mine-top-up').click();
    await app.sign();
    await app.id('mine-low').waitFor({ state: 'detached' });
    assert.ok(await money(key) > ETH / 1_000n);
    await assertAccessible(page, 'the machine on a chain');
    await assertFitsScreens(page, 'the machine on a chain');
  });

  await t.test('what is left comes back', async () => {
    await app.id('mine-pause').click();
    await assertEventually(async () => (await app.value('mine-stand', 'stand')) === 'resting', () => '');
    await app.id('mine-end').click();
    await app.id('mine-take-back').waitFor();
    const [had, left] = [await money(owner), await money(key)];
    await app.id('mine-take-back').click();
    await app.sign();
    await assertEventually(async () => (await money(owner)) > had, async () => String(await money(key)));
    assert.ok(await money(owner) > had + left * 9n / 10n);
    assert.ok(await money(key) < left / 10n, 'but for what the fee might have been');
  });
});

journey('a wallet outside pays for the key too', {}, async ({ page, context, url }) => {
  const owner = ACCOUNTS[1];
  const wallet = await injectWallet(context, devnet, [owner]);
  const app = new App(page, url);
  await app.open('wallet');
  await openForm(app);
  await settleOn(app, devnet);
  await devnet.fund(owner);
  await app.id('chain-wallet-use').click();
  await app.until('chain-wallet', 'active', (active) => active === 'true');
  await openPool(app, 'Bench D');
  await provideDevice(app, { term: '24h' });
  await app.visit('mine');
  await proposed(app);
  await app.id('mine-give-amount').fill('0.05');
  const key = await app.value('mine-key', 'address');
  wallet.asked.splice(0);
  await app.id('mine-start').click();
  await app.sign();
  await app.id('mine-stand').waitFor();
  assert.equal(wallet.asked.filter((method) => method === 'eth_sendTransaction').length, 2, 'to appoint, and to pay');
  assert.ok(await money(key) > ETH / 25n);
});
