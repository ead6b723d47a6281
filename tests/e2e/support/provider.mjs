// What a provider does.

import assert from 'node:assert/strict';
import { assertEventually } from './app.mjs';

/** Creates a pool, whose proofs are quick unless other work is given, and leaves it chosen in the form; returns its number. */
export async function openPool(app, kind = 'Test bench', { n, rounds } = { n: 64, rounds: 4 }) {
  await app.go('provide');
  await app.id('pool-create').click();
  await app.id('pool-kind').fill(kind);
  await app.id('pool-advanced').locator('summary').click();
  await app.id('pool-pocps-n').fill(`${n}`);
  await app.id('pool-pocps-rounds').fill(`${rounds}`);
  await app.id('pool-create-submit').click();
  await app.sign();
  await app.outcome('success');
  const chosen = app.id('provide-pool').locator('option:checked');
  await assertEventually(
    async () => (await chosen.innerText()).includes(kind),
    () => app.id('provide-pool').innerText(),
  );
  return app.id('provide-pool').inputValue();
}

/**
 * Pairs a device with PIN in the chosen pool, at `price` where it is still dormant and at the pool's own
 * with `price: null`; returns the stake's number.
 */
export async function provideDevice(app, { term = '4h', price = '2' } = {}) {
  await app.id('provide-term').fill(term);
  if (price !== null) await app.id('provide-price').fill(price);
  await app.id('provide-add').click();
  await app.sign();
  await app.id('provide-done').waitFor();
  const stake = await app.value('provide-done', 'stake');
  await app.outcome('success');
  await app.id('provide-to-positions').click();
  const card = app.page.locator(`[data-testid="stake"][data-stake="${stake}"]`);
  await card.waitFor();
  assert.equal(await card.getAttribute('data-state'), 'liquidity');
  return stake;
}
