// A device that answers its challenges by itself: consent, an epoch, a pause, a reload, the end.

import assert from 'node:assert/strict';
import { assertAccessible, assertFitsScreens } from './support/accessible.mjs';
import { App, assertEventually } from './support/app.mjs';
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
