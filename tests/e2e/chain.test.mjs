// The main job on a chain: by the keys of the page, and by a wallet outside.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { App, assertEventually } from './support/app.mjs';
import { assertAccessible, assertFitsScreens } from './support/accessible.mjs';
import { ask, assertAsCore, assertHoldingsAsCore, fund, injectWallet, openForm, refusal, settleOn } from './support/chain.mjs';
import { ACCOUNTS, Devnet, freePort } from './support/devnet.mjs';
import { journeys } from './support/harness.mjs';
import { openPool, provideDevice } from './support/provider.mjs';
import { addAccount, createWallet, useAccount } from './support/wallet.mjs';

const journey = journeys();
let devnet;

before(async () => {
  devnet = await Devnet.begin();
});
after(() => devnet?.end());

/** Waits until a transaction waits for its block, and the page says so. */
const pending = (page) => page.locator('[data-testid="transaction"][data-stand="pending"]').waitFor();

/** Takes out what the browser itself says of a node that is away or answers an error. */
function forgive(errors) {
  const own = /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|FAILED)|status of \d+/;
  const others = errors.filter((error) => !own.test(error));
  errors.splice(0, errors.length, ...others);
}

journey('a chain that cannot be settled on is told apart', {}, async ({ page, context, url, errors }) => {
  const app = new App(page, url);
  await app.open('wallet');
  await openForm(app);
  const { bookText: book, url: rpc } = devnet;
  const changed = (change) => {
    const copy = JSON.parse(book);
    change(copy);
    return JSON.stringify(copy);
  };
  await context.route('http://localhost:8545/**', (route) =>
    route.fulfill({ status: 200, body: '<html>', headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' } }),
  );
  for (const [wish, code, words] of [
    [{ rpc: 'anvil', book }, 'NodeUrl', /http/],
    [{ rpc: 'http://node.example/', book }, 'NodeUrlInsecure', /node\.example/],
    [{ rpc, book: '{}' }, 'AddressBook', /name/],
    [{ rpc: `http://127.0.0.1:${await freePort()}/`, book }, 'NodeUnreachable', /CORS/],
    [{ rpc: 'http://localhost:8545/', book }, 'NodeGarbage', /eth_chainId/],
    [{ rpc: url, book }, 'NodeStatus', /405/],
    [{ rpc, book: changed((copy) => { copy.chainId = 1; }) }, 'WrongChain', /31337/],
    [{ rpc, book: changed((copy) => { copy.contracts.market = ACCOUNTS[2]; }) }, 'NoContract', /0x3C44/i],
    [{ rpc, book: changed((copy) => { copy.codeHashes.pin = copy.codeHashes.game; }) }, 'OtherCode', /0x/],
  ]) {
    await ask(app, wish);
    await assertEventually(
      async () => (await refusal(app)).code === code,
      async () => `${code}: ${JSON.stringify(await refusal(app))}`,
    );
    assert.match((await refusal(app)).text, words);
  }
  assert.equal(await app.id('clock-chain').count(), 0, 'nothing has changed');
  forgive(errors);
});

journey('the keys of the page settle the main job on a chain', {}, async ({ page, url, t, errors }) => {
  const app = new App(page, url);
  let pool;
  let stake;
  let second;
  const stakeCard = () => page.locator(`[data-testid="stake"][data-stake="${stake}"]`);
  const ended = (id) => page.locator(`[data-testid="ended"][data-stake="${id}"]`);
  const is = (element, state) =>
    assertEventually(async () => (await element.getAttribute('data-state')) === state, () => element.innerText());

  await t.test('choose the chain', async () => {
    await createWallet(app);
    await openForm(app);
    await settleOn(app, devnet);
    assert.equal(await app.id('faucet').count(), 0, 'a chain has no faucet');
    assert.equal(await app.id('clock-speed').count(), 0, 'nor a clock to set');
    assert.equal(await app.value('chain-vouched', 'ours'), 'true', 'the addresses follow from the page\'s own contracts');
    await fund(app, devnet);
    await assertAccessible(page, 'the wallet on a chain');
    await assertFitsScreens(page, 'the wallet on a chain');
  });

  await t.test('create a pool, burn, stake and join', async () => {
    pool = await openPool(app, 'Bench A');
    stake = await provideDevice(app);
    assert.equal(await app.id('stake-prove', stakeCard()).count(), 0, 'no contract judges a proof at once');
    await assertAsCore(app, devnet, pool);
  });

  await t.test('a second account rents', async () => {
    await addAccount(app);
    await fund(app, devnet);
    await app.visit(`swap/${pool}`);
    await app.id('swap-until').fill('2h');
    await app.id('swap-submit').click();
    const words = await app.sign();
    assert.match(words, /Test chain/, 'the dialog names where it is settled');
    assert.match(words, /Fee\s+at most [\d.]+ ETH/, 'what it costs at most');
    assert.match(words, /Permit.*\s+at most [\d.]+ PIN, [\d.]+ PIN of it in case the price moves/, 'what may be taken');
    for (const contract of ['market', 'pin']) {
      assert.ok(words.toLowerCase().includes(devnet.book.contracts[contract].toLowerCase()), `by whom: ${contract}`);
    }
    await app.id('transaction').first().waitFor();
    await app.outcome('success');
    await app.go('positions');
    await app.id('rental').waitFor();
    await assertAsCore(app, devnet, pool);
  });

  await t.test('it rents for longer', async () => {
    await app.go('positions');
    const before = BigInt(await app.value('rental', 'until'));
    await app.id('rental-extend', app.id('rental')).click();
    await app.id('extend-by').fill('1h');
    await app.id('extend-quote').waitFor();
    await app.id('extend-submit').click();
    await app.sign();
    await app.outcome('success');
    await app.until('rental', 'until', (until) => BigInt(until) === before + 3_600n);
    await assertAsCore(app, devnet, pool);
    await assertHoldingsAsCore(app, devnet);
  });

  await t.test('anvil dies with a transaction in it, and nothing is lost', async () => {
    await app.go('positions');
    const balance = () => app.value('balance', 'wei');
    const had = await balance();
    await devnet.mine(false);
    await app.id('rental-end', app.id('rental')).click();
    await app.sign();
    await pending(page);
    await devnet.kill();
    await app.id('chain-reach').waitFor();
    assert.equal(await app.value('chain-reach', 'code'), 'NodeUnreachable');
    await app.id('rental').waitFor();
    assert.equal(await balance(), had, 'what is known is still shown');
    await devnet.start();
    await app.id('chain-reach').waitFor({ state: 'detached' });
    await app.outcome('success');
    await app.id('rental').waitFor({ state: 'detached' });
    assert.ok(BigInt(await balance()) > BigInt(had), 'the unused time was paid back');
    await assertAsCore(app, devnet, pool);
    forgive(errors);
  });

  // Anvil forgets when it ends how far its clock was set ahead: this comes after.
  await t.test('time passes', async () => {
    const before = await assertAsCore(app, devnet, pool);
    await devnet.pass(600);
    await app.until('pool-pin', 'at', (at) => BigInt(at) >= before.at + 600n);
    const after = await assertAsCore(app, devnet, pool);
    assert.ok(after.pin < before.pin, 'the pool has dissipated');
  });

  await t.test('the provider collects what the pool has released', async () => {
    await useAccount(app, 0);
    const { balances } = await assertHoldingsAsCore(app, devnet);
    const [, had] = balances[0];
    const pending = BigInt(await stakeCard().getAttribute('data-pending'));
    assert.ok(pending > 0n, 'time has released something');
    await app.id('stake-collect', stakeCard()).click();
    await app.sign();
    await app.outcome('success');
    const [[, has]] = (await assertHoldingsAsCore(app, devnet)).balances;
    assert.ok(BigInt(has) >= BigInt(had) + pending, `${had} and ${pending} became ${has}`);
    await assertAsCore(app, devnet, pool);
    await useAccount(app, 1);
  });

  await t.test('what the contracts refuse in the block is told with its reason', async () => {
    await app.visit(`swap/${pool}`);
    await app.id('swap-until').fill('2h');
    await devnet.fund(ACCOUNTS[0]);
    await devnet.approveMarket(ACCOUNTS[0]);
    await devnet.mine(false);
    await app.id('swap-submit').click();
    await app.sign();
    await pending(page);
    const until = (BigInt(await app.value('clock-now', 'at')) / 3_600n + 2n) * 3_600n;
    const rent = { type: 'Rent', pool: Number(pool), stakes: [BigInt(stake)], until, maxCost: 2n ** 100n };
    const faster = { maxPriorityFeePerGas: '0x174876e800', maxFeePerGas: '0x2e90edd000', gas: '0x1e8480' };
    const theirs = devnet.act(ACCOUNTS[0], rent, faster);
    await devnet.mine(true);
    await theirs;
    const { code, text } = await app.outcome('failure');
    assert.equal(code, 'TransactionReverted');
    assert.match(text, /rented until/i);
  });

  await t.test('a transaction whose place another one takes is told as replaced', async () => {
    await app.go('wallet');
    const account = await page.locator('[data-testid="account-row"]', { has: page.locator('.badge-good') })
      .getByTestId('wallet-address').getAttribute('data-address');
    await app.id('send-to').fill(ACCOUNTS[2]);
    await app.id('send-amount').fill('1');
    await devnet.mine(false);
    await app.id('send-submit').click();
    await app.sign();
    await pending(page);
    const nonce = await devnet.rpc('eth_getTransactionCount', [account, 'latest']);
    await devnet.rpc('anvil_impersonateAccount', [account]);
    const faster = { nonce, gas: '0x5208', maxPriorityFeePerGas: '0x174876e800', maxFeePerGas: '0x2e90edd000' };
    const theirs = devnet.send(account, { to: ACCOUNTS[2], value: 1n }, faster);
    await devnet.mine(true);
    await theirs;
    assert.equal((await app.outcome('failure')).code, 'TransactionReplaced');
  });

  await t.test('a transaction that waits for long is outbid, or cancelled', async () => {
    const balance = () => app.amount('wallet-balance');
    const had = await balance();
    await devnet.mine(false);
    await app.id('send-to').fill(ACCOUNTS[2]);
    await app.id('send-amount').fill('1');
    await app.id('send-submit').click();
    await app.sign();
    await app.id('transaction-faster').click();
    const words = await app.sign();
    assert.match(words, /Fee\s+at most [\d.]+ ETH/);
    await devnet.mine(true);
    await page.locator('[data-testid="transaction"][data-stand="confirmed"]').waitFor();
    await app.until('wallet-balance', 'wei', (wei) => BigInt(wei) === had - 10n ** 18n);

    await devnet.mine(false);
    await app.id('send-to').fill(ACCOUNTS[2]);
    await app.id('send-amount').fill('1');
    await app.id('send-submit').click();
    await app.sign();
    await app.id('transaction-cancel').click();
    await app.sign();
    await devnet.mine(true);
    await page.locator('[data-testid="toast"][data-code="TransactionCancelled"]').waitFor();
    assert.equal(await balance(), had - 10n ** 18n, 'nothing was sent');
    await assertHoldingsAsCore(app, devnet);
  });

  await t.test('the provider brings a second device into the open pool', async () => {
    await useAccount(app, 0);
    await app.visit(`provide/${pool}`);
    second = await provideDevice(app, { term: '8h', price: null });
    await assertAsCore(app, devnet, pool);
    await assertHoldingsAsCore(app, devnet);
  });

  await t.test('and leaves the pool with the first', async () => {
    await app.go('wallet');
    const before = await app.amount('wallet-balance');
    await devnet.pass(2 * 3_600);
    await app.go('positions');
    const remove = app.id('stake-remove', stakeCard());
    await assertEventually(() => remove.isEnabled({ timeout: 500 }).catch(() => false), () =>
      stakeCard().innerText(),
    );
    await remove.click();
    await app.sign();
    await app.outcome('success');
    await is(stakeCard(), 'held');
    await app.go('wallet');
    // Beside what was pending and the share it pays for the hours that the pool lacks, and the fee.
    assert.notEqual(await app.amount('wallet-balance'), before, 'the account was settled with');
    await assertHoldingsAsCore(app, devnet);
  });

  await t.test('it sells the hours of the first to the pool', async () => {
    const had = BigInt((await assertHoldingsAsCore(app, devnet)).balances[0][1]);
    await app.id('stake-sell', stakeCard()).click();
    await app.sign();
    await app.outcome('success');
    await is(stakeCard(), 'sold');
    const { balances } = await assertHoldingsAsCore(app, devnet);
    assert.ok(BigInt(balances[0][1]) > had, 'the pool has paid');
    await assertAsCore(app, devnet, pool);
  });

  await t.test('after their terms both stakes are settled', async () => {
    await devnet.pass(10 * 3_600);
    await app.go('positions');
    for (const id of [stake, second]) {
      const card = page.locator(`[data-testid="stake"][data-stake="${id}"]`);
      const settle = app.id('stake-settle', card);
      await assertEventually(() => settle.isEnabled({ timeout: 500 }).catch(() => false), () => card.innerText());
      await settle.click();
      await app.sign();
      await app.outcome('success');
      await is(ended(id), 'settled');
    }
    await assertHoldingsAsCore(app, devnet);
  });

  await t.test('a reload finds everything again', async () => {
    const read = () => app.id('account-balance').evaluateAll((all) => all.map((e) => e.dataset.wei).join());
    await app.go('wallet');
    const balances = await read();
    await app.open('wallet');
    await app.id('clock-chain').waitFor();
    await assertEventually(
      async () => (await read()) === balances,
      async () => `${balances} became ${await read()}`,
    );
    assert.equal(await app.value('wallet-status', 'status'), 'locked', 'a reload forgets the keys');
    await app.go('positions');
    await is(ended(stake), 'settled');
    await assertHoldingsAsCore(app, devnet);
  });

  await t.test('the ledger in this browser has waited', async () => {
    await app.go('wallet');
    await app.id('chain-leave').click();
    await app.id('clock-speed').waitFor();
    assert.equal(await app.id('clock-chain').count(), 0);
    await app.id('faucet').waitFor();
  });
});

journey('a wallet outside settles the main job on a chain', {}, async ({ page, context, url, t }) => {
  const app = new App(page, url);
  const [, provider, client] = ACCOUNTS;
  const wallet = await injectWallet(context, devnet, [provider]);
  const tell = (event, news) => page.evaluate(([e, n]) => window.pinfiTestTell(e, n), [event, news]);
  const acts = (account) =>
    app.until('account-outside', 'address', (address) => address.toLowerCase() === account);
  let pool;
  let stake;

  await t.test('it is found, connected and switched to the chain', async () => {
    await app.open('wallet');
    await openForm(app);
    await settleOn(app, devnet);
    await devnet.fund(provider);
    await devnet.fund(client);
    wallet.declines = true;
    await app.id('chain-wallet-use').click();
    assert.equal((await refusal(app)).code, 'SignatureDeclined');
    wallet.declines = false;
    await app.id('chain-wallet-use').click();
    await acts(provider);
    assert.equal(wallet.chain, devnet.book.chainId);
    assert.ok(wallet.asked.includes('wallet_addEthereumChain'));
    await assertAccessible(page, 'the wallet on a chain with a wallet outside');
  });

  await t.test('create a pool, burn, stake and join', async () => {
    pool = await openPool(app, 'Bench B');
    stake = await provideDevice(app);
    assert.ok(wallet.asked.includes('eth_signTypedData_v4'), 'permits are signed as typed data');
    await assertAsCore(app, devnet, pool);
  });

  await t.test('its other account rents', async () => {
    wallet.accounts = [client];
    await tell('accountsChanged', [client]);
    await acts(client);
    await app.visit(`swap/${pool}`);
    await app.id('swap-until').fill('2h');
    wallet.declines = true;
    await app.id('swap-submit').click();
    await app.sign();
    assert.equal((await app.outcome('failure')).code, 'SignatureDeclined');
    wallet.declines = false;
    await app.id('swap-submit').click();
    await app.sign();
    await app.outcome('success');
    await app.go('positions');
    await app.id('rental').waitFor();
    await assertHoldingsAsCore(app, devnet);
    await assertAsCore(app, devnet, pool);
  });

  await t.test('on another chain it signs nothing', async () => {
    wallet.chain = 1;
    await tell('chainChanged', '0x1');
    assert.equal((await app.outcome('failure')).code, 'WalletOnOtherChain');
    wallet.asked.length = 0;
    await app.go('positions');
    await app.id('rental-end', app.id('rental')).click();
    await app.sign();
    assert.equal((await app.outcome('failure')).code, 'WalletOnOtherChain');
    assert.ok(wallet.asked.includes('eth_chainId'), 'it was asked where it is');
    assert.deepEqual(wallet.asked.filter((method) => /sign|send/i.test(method)), []);
    wallet.chain = devnet.book.chainId;
    await tell('chainChanged', `0x${wallet.chain.toString(16)}`);
  });

  await t.test('a reload finds it again, and the rental ends', async () => {
    await app.open('positions');
    await acts(client);
    await app.id('rental-end', app.id('rental')).click();
    await app.sign();
    await app.outcome('success');
    await app.id('rental').waitFor({ state: 'detached' });
  });

  await t.test('the provider leaves the pool', async () => {
    wallet.accounts = [provider];
    await tell('accountsChanged', [provider]);
    await acts(provider);
    await app.go('positions');
    const card = page.locator(`[data-testid="stake"][data-stake="${stake}"]`);
    await app.id('stake-remove', card).click();
    await app.sign();
    await app.outcome('success');
    await app.until('stake', 'state', (state) => state === 'held', page);
    await assertAsCore(app, devnet, pool);
  });
});
