// A verifier's page: files that hold and files that do not, and the game as anyone plays it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { assertAccessible, assertFitsScreens } from './support/accessible.mjs';
import { App, assertEventually } from './support/app.mjs';
import { journeys } from './support/harness.mjs';
import { openPool, provideDevice } from './support/provider.mjs';
import { createWallet, faucet, leap, stillMarket } from './support/wallet.mjs';

const journey = journeys();
const vector = (name) => fileURLToPath(new URL(`../vectors/${name}`, import.meta.url));
const GAME = 'transcripts/proved.json';

journey('a file is replayed where it is dropped', {}, async ({ page, url }) => {
  const app = new App(page, url);
  await app.open('verify');
  const verdict = async (holds) => {
    await page.locator(`[data-testid="verify-verdict"][data-holds="${holds}"]`).waitFor();
    return app.id('verify-verdict').innerText();
  };
  const text = await readFile(vector(GAME), 'utf8');
  const drop = (name, content) =>
    app.id('verify-drop').evaluate(
      (target, [file, body]) => {
        const data = new DataTransfer();
        data.items.add(new File([body], file, { type: 'application/json' }));
        target.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      },
      [name, content],
    );

  await drop('notes.json', '{}');
  assert.match(await verdict('false'), /neither a lifecycle file/);
  await drop('right.json', text);
  assert.match(await verdict('true'), /right\.json.*the commitment passed/);
  const changed = JSON.parse(text);
  changed.verdict = { NotProved: { sample: 3 } };
  await drop('changed.json', JSON.stringify(changed));
  assert.match(await verdict('false'), /changed\.json.*Passed/);
  await app.id('verify-file').setInputFiles(vector(GAME));
  assert.match(await verdict('true'), /proved\.json/);
  await assertAccessible(page, 'a verdict');
  await assertFitsScreens(page, 'a verdict');
});

journey('who watches accuses, and ends what nobody ends', {}, async ({ page, url, t }) => {
  const app = new App(page, url);
  let stake;
  const line = (due) => app.id('verify-list').locator('tr', {
    has: page.locator(`[data-testid="verify-line"][data-stake="${stake}"][data-due="${due}"]`),
  });

  await t.test('a stake is there', async () => {
    await createWallet(app);
    await stillMarket(app);
    await faucet(app);
    await openPool(app);
    stake = await provideDevice(app, { term: '24h' });
  });

  await t.test('its machine opens an epoch and commits, and anyone can accuse', async () => {
    await app.visit('mine');
    await app.id('mine-start').click();
    await app.sign();
    await assertEventually(async () => {
      const done = await app.id('mine-deed').allInnerTexts();
      if (done.some((deed) => /Computed and committed/.test(deed))) return true;
      const waits = (await app.value('mine-stand', 'stand')) === 'waiting';
      if (waits && (await app.id('mine-next').count()) === 0) await leap(app);
      return false;
    }, () => app.id('mine-history').innerText(), 120_000);
    await app.visit('verify');
    await line('check').waitFor();
    // The machine publishes right after the beacon is recorded: who looks earlier finds nothing.
    await assertEventually(async () => {
      await line('check').getByTestId('verify-look').click();
      await app.id('verify-found').waitFor();
      return (await app.value('verify-found', 'found')) === 'right';
    }, () => app.id('verify-found').innerText());
    await line('check').getByTestId('verify-act').click();
    const words = await app.sign();
    assert.match(words, /bond/i);
    await app.outcome('success');
  });

  await t.test('the machine proves the sample, and has the bond', async () => {
    await app.visit('mine');
    await assertEventually(
      async () => (await app.id('mine-deed').allInnerTexts()).some((deed) => /^Proved sample/.test(deed)),
      () => app.id('mine-history').innerText(),
    );
    assert.equal(await app.id('mine-failure').count(), 0);
  });

  await t.test('what is anyone\'s to end, who watches ends', async () => {
    await app.id('mine-end').click();
    await app.id('mine-consent').waitFor();
    await app.visit('verify');
    await assertEventually(async () => {
      if ((await line('conclude').count()) > 0) return true;
      await leap(app);
      return false;
    }, () => app.id('verify-watch').innerText(), 120_000);
    await line('conclude').getByTestId('verify-act').click();
    await app.sign();
    await app.outcome('success');
  });
});
