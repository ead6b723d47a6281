// A device that answers its challenges by itself: consent, an epoch, a pause, a reload, the end.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { assertAccessible, assertFitsScreens } from './support/accessible.mjs';
import { App, PASSWORD, assertEventually } from './support/app.mjs';
import { journeys } from './support/harness.mjs';
import { openPool, provideDevice } from './support/provider.mjs';
import { createWallet, faucet, leap, stillMarket } from './support/wallet.mjs';

const journey = journeys();

journey('a device that is left running answers its epochs with the wallet locked', {}, async ({ page, url, t }) => {
  const app = new App(page, url);
  let stake;
  const speed = (factor) => app.id('clock-speed').selectOption(factor);
  const card = () => page.locator(`[data-testid="mine-device-card"][data-stake="${stake}"]`);
  const passed = async () => Number(await card().getAttribute('data-passed'));
  const deeds = () => app.id('mine-deed').allInnerTexts();
  const stand = () => app.value('mine-stand', 'stand');
  /** Lets the ledger's time run until something is so: in leaps while nothing is due. */
  const pass = async (test) => {
    await assertEventually(async () => {
      if (await test()) return true;
      if ((await stand()) === 'waiting' && (await card().getByTestId('mine-next').count()) === 0) {
        await leap(app);
      }
      return false;
    }, async () => `${await stand()}: ${await card().innerText()}\n${(await deeds()).join('\n')}`, 120_000);
  };

  await t.test('there is nothing to start without a stake', async () => {
    await app.open('mine');
    await app.id('to-wallet').waitFor();
    await createWallet(app);
    await stillMarket(app);
    await faucet(app);
    await app.visit('mine');
    await page.locator('main a[href="/provide"]').waitFor();
    assert.equal(await app.id('mine-start').count(), 0);
  });

  await t.test('what runs is said before it starts, and a key is appointed', async () => {
    await openPool(app);
    stake = await provideDevice(app, { term: '24h' });
    await page.locator(`[data-testid="stake"][data-stake="${stake}"]`).getByTestId('to-mine').click();
    await app.id('mine-consent').waitFor();
    await assertAccessible(page, 'the consent');
    await assertFitsScreens(page, 'the consent');
    await app.id('mine-stake').uncheck();
    assert.ok(await app.id('mine-start').isDisabled(), 'no stake, no start');
    await app.id('mine-stake').check();
    await app.id('mine-start').click();
    const words = await app.sign();
    assert.match(words, /may commit and prove for this stake/);
    await app.id('mine-stand').waitFor();
  });

  await t.test('an epoch is opened, answered and passes', async () => {
    await pass(async () => (await deeds()).some((deed) => /Published the openings/.test(deed)));
    await pass(async () => (await passed()) === 1);
    // One commitment in 64 is to be proved as well.
    const told = (await deeds()).reverse().filter((deed) => !/^Proved/.test(deed));
    for (const [place, deed] of [/^Opened/, /^Computed and committed/, /^Recorded/, /^Published/, /^Concluded/].entries()) {
      assert.match(told[place], deed);
    }
    assert.equal(await app.id('mine-failure').count(), 0);
    await assertAccessible(page, 'the machine at work');
    await assertFitsScreens(page, 'the machine at work');
  });

  await t.test('a fast clock and a pause keep it from opening epochs', async () => {
    await speed('60');
    await assertEventually(async () => (await stand()) === 'resting', stand);
    await speed('1');
    await assertEventually(async () => (await stand()) !== 'resting', stand);
    await app.id('mine-pause').click();
    await assertEventually(async () => (await stand()) === 'resting', stand);
    await app.id('mine-pause').click();
    await assertEventually(async () => (await stand()) !== 'resting', stand);
  });

  await t.test('a pause and its end are signed, and kept in a file that others can check', async () => {
    const said = () => app.id('mine-statement').evaluateAll((all) => all.map(({ dataset }) => [dataset.kind, dataset.holds]));
    await assertEventually(async () => (await said()).length === 2, async () => JSON.stringify(await said()));
    assert.deepEqual(await said(), [['resume', 'true'], ['pause', 'true']], 'the newest first');
    const downloading = page.waitForEvent('download');
    await app.id('mine-said-save').click();
    const file = await (await downloading).path();
    const [pause, resume] = JSON.parse(await readFile(file, 'utf8'));
    assert.deepEqual(
      { ...pause.typedData.message, since: 0 },
      { stake, since: 0, reason: 'user' },
    );
    assert.equal(resume.typedData.message.since, pause.typedData.message.since);
    const key = await app.value('mine-operator', 'address');
    for (const { signer, signature, typedData } of [pause, resume]) {
      assert.equal(signer, key);
      assert.match(signature, /^0x[0-9a-f]{130}$/);
      assert.equal(typedData.domain.name, 'PinFi');
    }
  });

  await t.test('it goes on after a reload, with the wallet locked, and keeps what it did', async () => {
    const before = await deeds();
    await app.open('mine');
    await app.id('mine-stand').waitFor();
    assert.deepEqual((await deeds()).slice(-before.length), before);
    await pass(async () => (await passed()) === 2);
    assert.match(await app.id('mine-duty').innerText(), /%/);
    await app.go('wallet');
    assert.equal(await app.value('wallet-status', 'status'), 'locked');
  });

  await t.test('ended, it does not come back by itself', async () => {
    await app.visit('mine');
    await app.id('mine-end').click();
    await app.id('mine-consent').waitFor();
    await app.open('mine');
    await app.id('mine-consent').waitFor();
    assert.equal(await app.id('mine-stand').count(), 0);
  });
});

journey('a stake that ends is renewed as its owner has said', {}, async ({ page, url, t }) => {
  const app = new App(page, url);
  let stake;
  const waiting = (why) =>
    page.locator(`[data-testid="mine-waiting"][data-stake="${stake}"][data-why="${why}"]`);
  const newest = async () =>
    (await app.id('mine-device-card').evaluateAll((all) => all.map(({ dataset }) => dataset.stake))).at(-1);
  /** Lets hours pass in seconds until the stake has ended. */
  const end = async (why) => {
    await app.id('clock-speed').selectOption('3600');
    await waiting(why).waitFor();
    await app.id('clock-speed').selectOption('1');
  };
  const renewed = async () => {
    await assertEventually(async () => (await newest()) !== stake, async () => (await app.id('mine-history').innerText()));
    const before = stake;
    stake = await newest();
    assert.ok(BigInt(stake) > BigInt(before));
    const card = page.locator(`[data-testid="mine-device-card"][data-stake="${stake}"]`);
    assert.equal(await card.getAttribute('data-state'), 'liquidity', 'paired with PIN, as the one before');
    assert.doesNotMatch(await card.innerText(), /may not answer/, 'its key may answer');
  };

  await t.test('it is asked for, with a limit', async () => {
    await createWallet(app);
    await stillMarket(app);
    await faucet(app);
    await openPool(app);
    stake = await provideDevice(app, { term: '4h' });
    await app.visit('mine');
    assert.equal(await app.id('mine-renew').isChecked(), false, 'not without being asked for');
    await app.id('mine-renew').check();
    await page.getByText('Without a limit nothing is renewed').waitFor();
    await app.id('mine-renew-limit').fill('0.5');
    await app.id('mine-start').click();
    await app.sign();
    await app.id('mine-stand').waitFor();
  });

  await t.test('beyond the limit nothing is done, and that is said', async () => {
    await end('refused');
    assert.match(await waiting('refused').innerText(), /more PIN than your limit/);
    assert.equal(await newest(), stake);
    await assertAccessible(page, 'a stake that has ended');
    await assertFitsScreens(page, 'a stake that has ended');
  });

  await t.test('within it the stake is renewed without another question', async () => {
    await app.id('mine-renew-limit').fill('500');
    await renewed();
    await page.getByText('Renewed the stake that ended as stake').waitFor();
  });

  await t.test('a locked wallet is waited for', async () => {
    await app.open('mine');
    await app.id('mine-stand').waitFor();
    await end('locked');
    await app.id('mine-history').getByText('Your wallet is locked').waitFor();
    await app.id('mine-unlock').click();
    await app.id('unlock-password').fill(PASSWORD);
    await app.id('unlock-submit').click();
    await renewed();
  });
});
