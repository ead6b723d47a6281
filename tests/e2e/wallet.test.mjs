// Keys: made, locked, asked for, and nowhere in the clear.

import assert from 'node:assert/strict';
import { App, PASSWORD } from './support/app.mjs';
import { assertAccessible } from './support/accessible.mjs';
import { journeys } from './support/harness.mjs';
import { createWallet, faucet } from './support/wallet.mjs';

const journey = journeys();

journey('a locked wallet signs nothing, and a wrong password does not open it', {}, async ({ page, url }) => {
  const app = new App(page, url);
  await createWallet(app);
  await app.id('wallet-lock').click();
  await app.until('wallet-status', 'status', (status) => status === 'locked');
  const before = await app.amount('wallet-balance');

  await app.id('faucet').click();
  await app.id('unlock').waitFor();
  await assertAccessible(page, 'the dialog that asks for the password');
  await app.id('unlock-password').fill('not the password');
  await app.id('unlock-submit').click();
  await app.until('wallet-error', 'code', (code) => /wrong_?password/i.test(code ?? ''), app.id('unlock'));
  await app.id('unlock-cancel').click();
  assert.equal(await app.amount('wallet-balance'), before);
  assert.equal(await app.id('confirm').isVisible(), false, 'nothing is offered to be signed');

  await app.id('wallet-unlock-password').fill(PASSWORD);
  await app.id('wallet-unlock-submit').click();
  await app.until('wallet-status', 'status', (status) => status === 'unlocked');
  await faucet(app);
});

journey('no secret stays in the page, its address or its storage', {}, async ({ page, url }) => {
  const app = new App(page, url);
  const phrase = await createWallet(app);
  assert.equal(phrase.split(' ').length, 12);
  const seen = await page.evaluate(async () => {
    const databases = await indexedDB.databases();
    const dumps = await Promise.all(databases.map(({ name }) => dump(name)));
    return [
      document.documentElement.outerHTML,
      location.href,
      JSON.stringify({ ...localStorage, ...sessionStorage }),
      ...dumps,
    ].join('\n');

    function dump(name) {
      return new Promise((done, fail) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => fail(opening.error);
        opening.onsuccess = async () => {
          const texts = [];
          for (const store of opening.result.objectStoreNames) {
            const all = opening.result.transaction(store).objectStore(store).getAll();
            await new Promise((read) => (all.onsuccess = read));
            const decoder = new TextDecoder();
            for (const value of all.result) {
              texts.push(value instanceof Object && value.byteLength !== undefined
                ? decoder.decode(value)
                : JSON.stringify(value));
            }
          }
          opening.result.close();
          done(texts.join('\n'));
        };
      });
    }
  });
  assert.ok(seen.includes('scrypt'), 'the keystore was not among what was searched');
  assert.ok(!seen.includes(PASSWORD), 'the password is in the clear');
  for (const words of [phrase, phrase.split(' ').slice(0, 3).join(' ')]) {
    assert.ok(!seen.includes(words), 'the phrase is in the clear');
  }
});
