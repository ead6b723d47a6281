// Every page, in both languages, on a desk and on a phone: no error, nothing inaccessible.

import assert from 'node:assert/strict';
import { assertAccessible, assertFits, assertFitsScreens } from './support/accessible.mjs';
import { App } from './support/app.mjs';
import { journeys } from './support/harness.mjs';
import { createWallet } from './support/wallet.mjs';

const journey = journeys();

const PAGES = ['', 'pool/0', 'swap', 'provide', 'positions', 'wallet', 'research', 'mine', 'verify', 'bench', 'use/0'];
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

for (const [name, options] of Object.entries({
  'on a desk in the light': { colorScheme: 'light' },
  'on a desk in the dark': { colorScheme: 'dark' },
  'on a phone in Chinese': { ...PHONE, locale: 'zh-CN' },
})) {
  journey(`every page is accessible ${name}`, options, async ({ page, url }) => {
    const app = new App(page, url);
    for (const path of PAGES) {
      await app.open(path);
      // The ledger is open once the clock's speed can be chosen.
      await app.id('clock-speed').waitFor();
      await assertAccessible(page, `/${path} ${name}`);
      await assertFits(page);
    }
  });
}

for (const locale of ['en-GB', 'zh-CN']) {
  journey(`no page is wider than its screen with an account open, ${locale}`, { locale }, async ({ page, url }) => {
    const app = new App(page, url);
    await createWallet(app);
    for (const path of PAGES) {
      await app.visit(path);
      await assertFitsScreens(page, `/${path}`);
    }
  });
}

journey('the language can be chosen and is kept', {}, async ({ page, url }) => {
  const app = new App(page, url);
  await app.open();
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await app.id('language-switch').click();
  await app.ready();
  assert.match(await page.locator('html').getAttribute('lang'), /^zh/);
  assert.match(await page.locator('main h1').innerText(), /\p{Script=Han}/u);
  await app.open('wallet');
  assert.match(await page.locator('main h1').innerText(), /\p{Script=Han}/u);
});

journey('an address that is no page says so', {}, async ({ page, url }) => {
  const app = new App(page, url);
  await app.open('nowhere');
  await app.id('not-found-back').click();
  await page.waitForURL(url);
});
