// A log that was changed behind the dApp's back is found out at the next opening.

import assert from 'node:assert/strict';
import { App } from './support/app.mjs';
import { assertAccessible } from './support/accessible.mjs';
import { journeys } from './support/harness.mjs';
import { createWallet, faucet, stillMarket } from './support/wallet.mjs';

const journey = journeys();

journey('an altered record is cut off, and the user is told', {}, async ({ page, url }) => {
  const app = new App(page, url);
  await createWallet(app);
  await stillMarket(app);
  await faucet(app);
  await alterLastRecord(page);
  await app.open('wallet');
  await app.id('ledger-recovery').waitFor();
  assert.ok((await app.amount('ledger-recovery', 'cut')) >= 1n);
  assert.ok((await app.amount('ledger-recovery', 'kept')) >= 1n);
  await assertAccessible(page, 'the report of a cut log');

  const download = page.waitForEvent('download');
  await app.id('ledger-recovery-export').click();
  assert.match((await download).suggestedFilename(), /\.jsonl$/);
  await app.id('ledger-recovery-seen').click();
  await app.id('ledger-recovery').waitFor({ state: 'detached' });
  assert.equal(await app.amount('wallet-balance'), 0n, 'the altered action is not in force');
});

/** Flips one bit in the middle of the newest record of the log. */
function alterLastRecord(page) {
  return page.evaluate(
    () =>
      new Promise((done, fail) => {
        const opening = indexedDB.open('pinfi');
        opening.onerror = () => fail(opening.error);
        opening.onsuccess = () => {
          const writing = opening.result.transaction('log', 'readwrite');
          writing.onerror = () => fail(writing.error);
          writing.oncomplete = () => {
            opening.result.close();
            done();
          };
          const newest = writing.objectStore('log').openCursor(null, 'prev');
          newest.onsuccess = () => {
            const cursor = newest.result;
            const bytes = new Uint8Array(cursor.value).slice();
            bytes[Math.floor(bytes.length / 2)] ^= 1;
            cursor.update(cursor.value instanceof ArrayBuffer ? bytes.buffer : bytes);
          };
        };
      }),
  );
}
