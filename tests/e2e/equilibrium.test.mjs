// The phase diagram on a pool's page and the advisor on the provide page: by pointer, by keyboard,
// by touch, with the numbers of each other.

import assert from 'node:assert/strict';
import { assertAccessible, assertFits } from './support/accessible.mjs';
import { App, assertEventually } from './support/app.mjs';
import { journeys } from './support/harness.mjs';
import { openPool } from './support/provider.mjs';
import { createWallet, faucet } from './support/wallet.mjs';

const journey = journeys();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];

async function openBalance(page, url, path = 'pool/0') {
  const app = new App(page, url);
  await app.open(path);
  await app.id('clock-speed').waitFor();
  await app.id('balance-region').waitFor();
  return app;
}

const region = (app) => app.value('balance-region', 'region');
const number = async (app, name) => Number(await app.id(name).innerText());

async function eventually(app, name, expected) {
  const read = () => app.id(name).innerText();
  await assertEventually(async () => expected.test(await read()), read);
}

journey('a dormant pool has no point in the diagram', {}, async ({ page, url }) => {
  const app = new App(page, url);
  await createWallet(app);
  await faucet(app);
  const id = await openPool(app, 'Empty');
  // The advisor has no price to begin with, and says what is missing instead of guessing.
  await eventually(app, 'balance-wrong', /β/);
  for (const [field, value] of [['base', '1'], ['rate', '0'], ['quantity', '0']]) {
    await app.id(`balance-${field}`).fill(value);
  }
  // The reward is nobody's yet, the pool buys nothing, and an hour outside brings what was typed.
  await app.until('advice-best', 'best', (best) => best === 'wait');
  await app.visit(`pool/${id}`);
  await eventually(app, 'pool-balance', /Nobody provides in this pool now/);
  assert.equal(await app.id('balance-region').count(), 0);
  assert.equal(await app.id('balance-base').inputValue(), '1', 'kept for the pool');
});

journey('wrong assumptions are named and bring no figures', {}, async ({ page, url }) => {
  const app = await openBalance(page, url);
  await app.id('balance-base').fill('1e3');
  await eventually(app, 'balance-wrong', /β/);
  assert.equal(await app.id('balance-base').getAttribute('aria-invalid'), 'true');
  assert.equal(await app.id('balance-region').count(), 0, 'no region of nonsense');
  await app.id('balance-base').fill('0');
  await app.id('balance-rate').fill('0');
  await eventually(app, 'balance-wrong', /outside/);
  await app.id('balance-fee').fill('100');
  await eventually(app, 'balance-wrong', /100%/);
  await app.id('balance-as-pool').click();
  await app.id('balance-restart').click();
  await app.id('balance-region').waitFor();
});

journey('the pool has a region, a band and payoffs', {}, async ({ page, url }) => {
  const app = await openBalance(page, url);
  assert.ok(LETTERS.includes(await region(app)));
  await eventually(app, 'balance-verdict', /^LPs earn .* (sellers|providers outside); the reward is/s);
  assert.equal(await app.id('balance-roles').locator('tbody tr').count(), 6);

  // The whole game, set to the example of Figure 4: b = 1, a fee of 30 %, V = 1.9.
  const example = { base: '0.8', rate: '0.1', quantity: '2', valuation: '1.9', fee: '30', reward: '0.8' };
  for (const [field, value] of Object.entries(example)) await app.id(`balance-${field}`).fill(value);
  await eventually(app, 'balance-band', /^0\.7 to 0\.8572$/);
  assert.equal(await app.id('balance-rests').innerText(), '1.206');
  await eventually(app, 'balance-verdict', /the reward is inside the band/);
  await app.id('balance-reward').fill('0.6');
  await eventually(app, 'balance-verdict', /the reward is below the band/);
  await app.id('balance-reward').fill('0.9');
  await eventually(app, 'balance-verdict', /the reward is above the band/);
});

journey('a slider and its field are one', {}, async ({ page, url }) => {
  const app = await openBalance(page, url);
  await app.id('balance-base').fill('0.3');
  const slider = app.id('balance-base-slider');
  await slider.focus();
  const before = Number(await slider.inputValue());
  await page.keyboard.press('ArrowRight');
  const typed = Number(await app.id('balance-base').inputValue());
  assert.ok(typed > before, `${typed} after ${before}`);
  const kept = await page.evaluate(() => localStorage.getItem('pinfi.outside.0'));
  assert.equal(Number(kept.split('\n')[0]), typed);
  await app.open('pool/0');
  await app.id('balance-region').waitFor();
  assert.equal(Number(await app.id('balance-base').inputValue()), typed, 'kept for the next visit');
  // The fee is the pool's again: it was never an assumption.
  assert.equal(await app.id('balance-fee').inputValue(), '0.3');
});

journey('keys and pointer examine the diagram', {}, async ({ page, url }) => {
  const app = await openBalance(page, url);
  const diagram = app.id('balance-diagram');
  const pool = await app.id('balance-here').innerText();
  await diagram.focus();
  const seen = new Set();
  for (const key of ['ArrowLeft', 'ArrowDown', 'ArrowRight']) {
    for (let times = 0; times < 45; times += 1) {
      await page.keyboard.press(key);
      seen.add(await region(app));
    }
  }
  assert.ok(seen.has('B') && seen.has('E'), `along the lower edge: ${[...seen]}`);
  assert.notEqual(await app.id('balance-here').innerText(), pool);
  await page.keyboard.press('Escape');
  await eventually(app, 'balance-here', /^The pool now/);

  await diagram.scrollIntoViewIfNeeded();
  const box = await diagram.boundingBox();
  await page.mouse.move(box.x + box.width * 0.95, box.y + box.height * 0.1);
  await eventually(app, 'balance-here', /^x = /);
  assert.equal(await region(app), 'F', 'far above the curve, where no client buys');
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.1);
  await app.until('balance-region', 'region', (letter) => letter === 'A');
  await page.mouse.move(box.x + box.width / 2, box.y - 60);
  await eventually(app, 'balance-here', /^The pool now/);
});

journey('a finger examines the diagram, and what it touched stays', PHONE, async ({ page, url }) => {
  const app = await openBalance(page, url);
  const diagram = app.id('balance-diagram');
  await diagram.scrollIntoViewIfNeeded();
  const box = await diagram.boundingBox();
  const touch = (across, down) =>
    page.touchscreen.tap(box.x + box.width * across, box.y + box.height * down);
  await touch(0.95, 0.1);
  await eventually(app, 'balance-here', /^x = /);
  assert.equal(await region(app), 'F', 'far above the curve, where no client buys');
  const rows = await app.id('balance-roles').locator('tbody tr').allInnerTexts();
  await touch(0.2, 0.8);
  await app.until('balance-region', 'region', (letter) => letter === 'B');
  assert.notDeepEqual(await app.id('balance-roles').locator('tbody tr').allInnerTexts(), rows);
  // The finger has long left: a mouse that leaves would have taken the point with it.
  await page.waitForTimeout(300);
  assert.equal(await region(app), 'B');
  // The page still scrolls under a finger that moves over the diagram.
  assert.equal(await diagram.evaluate((element) => getComputedStyle(element).touchAction), 'pan-y');
});

journey('a provider is advised by the same assumptions', {}, async ({ page, url }) => {
  const app = await openBalance(page, url);
  const outside = await number(app, 'balance-outside');
  await app.id('balance-base').fill(String(outside * 10));
  await app.open('provide/0');
  await app.until('advice-best', 'best', (best) => best === 'wait');
  // Where an hour brings next to nothing outside, anything is better than to wait.
  for (const field of ['base', 'rate', 'quantity']) await app.id(`balance-${field}`).fill('0');
  await eventually(app, 'balance-wrong', /outside/);
  await app.id('balance-base').fill('0.0001');
  await app.until('advice-best', 'best', (best) => best === 'lp' || best === 'sell');
  const rows = app.id('advice-ways').locator('tbody tr');
  const brings = await rows.locator('td:nth-child(2)').allInnerTexts();
  const [liquidity, sell, wait] = brings.map((text) => Number(text.replace('−', '-')));
  const best = (await app.value('advice-best', 'best')) === 'lp' ? liquidity : sell;
  assert.equal(best, Math.max(liquidity, sell, wait), brings.join(' | '));
  assert.equal(wait, 0.0001);
});

for (const [name, options] of Object.entries({
  'on a desk in the light': { colorScheme: 'light' },
  'on a desk in the dark': { colorScheme: 'dark' },
  'on a phone in Chinese': { ...PHONE, locale: 'zh-CN' },
})) {
  journey(`everything opened is accessible ${name}`, options, async ({ page, url }) => {
    const app = await openBalance(page, url);
    for (const details of ['balance-tables', 'balance-ours']) {
      await app.id(details).locator('summary').click();
    }
    await app.id('balance-table-regions').waitFor();
    assert.equal(await app.id('balance-table-regions').locator('tbody tr').count(), 7);
    assert.equal(await app.id('balance-table-limits').locator('tbody tr').count(), 5);
    assert.equal(await app.id('balance-table-boundary').locator('tbody tr').count(), 10);
    assert.ok((await app.id('balance-table-trail').locator('tbody tr').count()) > 0, 'a trail');
    await app.id('balance-base').fill('x');
    await assertAccessible(page, `the pool with a wrong number ${name}`);
    await app.id('balance-restart').click();
    await app.id('balance-region').waitFor();
    await assertAccessible(page, `the pool ${name}`);
    await assertFits(page);
    // The bar at the head, which `go` would take, is not shown on a phone.
    await app.visit('provide');
    await app.id('advice-best').waitFor();
    await app.id('advice-rests').locator('summary').click();
    await assertAccessible(page, `the advisor ${name}`);
  });
}
