// The program comes in parts: what happens on the way, and when one does not arrive.

import assert from 'node:assert/strict';
import { App } from './support/app.mjs';
import { assertAccessible } from './support/accessible.mjs';
import { journeys } from './support/harness.mjs';

const journey = journeys();

journey('a page whose part does not arrive says so, and comes with another try', {}, async ({ page, url, errors }) => {
  const app = new App(page, url);
  await app.open();
  await app.id('pools').waitFor();
  await page.route('**/parts/**', (route) => route.abort());
  await app.id('nav-positions').click();
  await app.id('part-lost').waitFor();
  await assertAccessible(page, 'the page without its part');
  assert.notEqual(errors.length, 0, 'the browser tells of what did not arrive');
  errors.length = 0;

  await page.unroute('**/parts/**');
  await app.id('part-again').click();
  await app.id('part-lost').waitFor({ state: 'detached' });
  await app.ready();
});

journey('without the part that keeps a ledger the first look stays, and the failure is told', {}, async ({ page, url, errors }) => {
  const app = new App(page, url);
  await page.route('**/parts/**/split_ledger.wasm', (route) => route.abort());
  await app.open();
  await app.id('pools').waitFor();
  await app.id('ledger-failure').waitFor();
  assert.equal(await app.value('ledger-failure', 'code'), 'PartLost');
  errors.length = 0;
});

journey('what is seen first is what is then kept', {}, async ({ page, url }) => {
  const app = new App(page, url);
  const prices = () => page.getByTestId('pool-card-price').allInnerTexts();
  const kept = () => page.evaluate(() => localStorage.getItem('pinfi.ledger'));
  let letGo;
  const held = new Promise((go) => (letGo = go));
  await page.route('**/parts/**/split_ledger.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await app.open();
  await app.id('pools').waitFor();
  const first = await prices();
  assert.notEqual(first.length, 0);
  assert.equal(await kept(), null, 'nothing is kept yet');
  letGo();
  // The market begins to act a second after the ledger is kept.
  await page.waitForFunction(() => localStorage.getItem('pinfi.ledger') !== null, null, { polling: 20 });
  assert.deepEqual(await prices(), first);
  await app.id('activity').locator('li').first().waitFor();
});

journey('links, the back button and places on a page work as everywhere', {}, async ({ page, url }) => {
  const app = new App(page, url);
  await app.open();
  await app.go('swap');
  await app.go('wallet');
  await page.goBack();
  await page.waitForURL('**/swap');
  await page.goForward();
  await page.waitForURL('**/wallet');
  await app.ready();
  await page.keyboard.press('Tab');
  await app.id('skip').press('Enter');
  await page.waitForURL('**/wallet#main');
  await app.ready();
  const [tab] = await Promise.all([
    page.context().waitForEvent('page'),
    app.id('nav-swap').click({ modifiers: ['ControlOrMeta'] }),
  ]);
  await tab.waitForURL('**/swap');
  assert.match(page.url(), /wallet/, 'a new tab leaves this one where it is');
});
