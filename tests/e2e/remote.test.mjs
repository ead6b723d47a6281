// A device is rented on a chain and used by a page elsewhere, through a relay: a provider and a client in two
// browser contexts.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { assertAccessible, assertFitsScreens } from './support/accessible.mjs';
import { App, PASSWORD, assertEventually } from './support/app.mjs';
import { fund, openForm, settleOn } from './support/chain.mjs';
import { ACCOUNTS, Devnet } from './support/devnet.mjs';
import { journeys } from './support/harness.mjs';
import { openPool, provideDevice } from './support/provider.mjs';
import { Relay } from './support/relay.mjs';
import { addAccount, createWallet, useAccount } from './support/wallet.mjs';

const PIN = 10n ** 18n;
const HOUR = 3_600;

const ENDLESS = `@group(0) @binding(1) var<storage, read_write> squares: array<u32>;
@compute @workgroup_size(1) fn main() { loop { squares[0] += 1u; } }`;
const ENDLESS_PLAN = JSON.stringify({
  buffers: [{ binding: 1, element: 'u32', words: 1, role: 'output' }],
  plan: [{ entry: 'main', groups: [1, 1, 1] }],
});

const journey = journeys();
let devnet;
let relay;

before(async () => {
  [devnet, relay] = await Promise.all([Devnet.begin(), Relay.begin()]);
});
after(async () => {
  await relay?.kill();
  await devnet?.end();
});

journey('a client uses a device through a relay', {}, async ({ page, context, url, t, errors, another }) => {
  let provider = new App(page, url);
  const client = new App(await another(), url);
  let stake;

  const latest = () => client.id('use-job').first();
  const state = () => latest().getAttribute('data-state');
  const serves = (state) => provider.until('serve', 'state', (now) => now === state);
  /** Runs what is in the form, as another job than the latest. */
  const run = async () => {
    const before = await client.id('use-job').count();
    await client.id('use-run').click();
    await assertEventually(async () => (await client.id('use-job').count()) === before + 1, async () => 'no job');
  };
  const ended = async () => {
    await assertEventually(async () => ['done', 'failed'].includes(await state()), () => latest().innerText());
    return { state: await state(), code: await latest().getAttribute('data-code'), text: await latest().innerText() };
  };
  const done = async () => {
    const outcome = await ended();
    assert.equal(outcome.state, 'done', outcome.text);
    return outcome.text;
  };
  const choose = async (kind, numbers = {}) => {
    await client.id('use-kind').selectOption(kind);
    for (const [name, number] of Object.entries(numbers)) await client.id(`use-${name}`).fill(`${number}`);
  };
  /** A job of many steps, which runs until it is stopped. */
  const runLong = async () => {
    await choose('hash', { zeros: 60, segments: 1_000_000 });
    await run();
    await client.id('use-progress', latest()).waitFor();
  };
  const cancel = async () => {
    await client.id('use-cancel', latest()).click();
    assert.equal((await ended()).code, 'JobCancelled');
  };
  /** What the browser says of a relay or an end that is gone is no fault of the page. */
  const forgiveTheRelay = () => {
    const others = errors.filter((error) => !error.includes(`127.0.0.1:${relay.port}`));
    errors.splice(0, errors.length, ...others);
  };
  const figure = (name) => provider.id(name).innerText();

  await t.test('a provider agrees, waits at a relay, and says so on the ledger', async () => {
    await createWallet(provider);
    await openForm(provider);
    await settleOn(provider, devnet);
    await fund(provider, devnet);
    await openPool(provider, 'Remote bench');
    stake = await provideDevice(provider, { term: '24h' });
    await provider.visit('mine');
    await provider.id('mine-start').click();
    await provider.sign();
    await provider.id('mine-stand').waitFor();
    await devnet.send(ACCOUNTS[0], { to: await provider.value('mine-operator', 'address'), value: PIN });
    assert.equal(await provider.value('serve', 'state'), 'off');
    assert.ok(await provider.id('serve-turn-on').isDisabled());
    await provider.id('serve-relay').fill('http://relay.example');
    assert.match(await provider.page.locator('#serve-relay-error').innerText(), /https/);
    assert.ok(await provider.id('serve-turn-on').isDisabled());
    await assertAccessible(provider.page, 'what is agreed to before clients\' jobs are run');
    await assertFitsScreens(provider.page, 'what is agreed to before clients\' jobs are run');
    await provider.id('serve-relay').fill(relay.url);
    await provider.id('serve-turn-on').click();
    assert.match(await provider.sign(), /127\.0\.0\.1/);
    await serves('reached');
    await provider.id('serve-announced').waitFor();
    await provider.id('serve-unrented').waitFor();
  });

  await t.test('a client rents it; an account that does not is refused', async () => {
    await createWallet(client);
    await openForm(client);
    await settleOn(client, devnet);
    await fund(client, devnet);
    await addAccount(client);
    await client.visit(`use/${stake}`);
    await client.id('use-not-rented').waitFor();
    await useAccount(client, 0);
    await client.visit('swap/0');
    await client.id('swap-until').fill('2h');
    await client.id('swap-submit').click();
    await client.sign();
    await client.outcome('success');
    await client.visit(`use/${stake}`);
    await client.id('use-form').waitFor();
    await provider.id('serve-rental').waitFor();
  });

  await t.test('each kind of job comes back, and the processor agrees', async () => {
    await choose('matrix', { side: 96 });
    await run();
    await client.sign();
    await done();
    await client.id('use-check', latest()).click();
    const verdict = client.id('use-verdict', latest());
    await assertEventually(async () => (await verdict.getAttribute('data-state')) !== 'running', () => verdict.innerText());
    assert.equal(await verdict.getAttribute('data-state'), 'passed', await verdict.innerText());
    for (const [kind, numbers] of [
      ['image', {}],
      ['price', { lanes: 1_024, moments: 8 }],
      ['network', { items: 64 }],
      ['hash', { zeros: 12, segments: 16 }],
    ]) {
      await choose(kind, numbers);
      await run();
      await done();
    }
    await choose('module');
    await run();
    await done();
    assert.match(await client.id('use-output', latest()).innerText(), /0 1 4 9 16 25/);
    await assertEventually(async () => (await figure('serve-done')) === '6', () => provider.id('serve').innerText());
    assert.equal(await figure('serve-sessions'), '1');
    assert.equal(await figure('serve-failed'), '0');
  });

  await t.test('a module without an end is ended, and the next job runs', async () => {
    await client.id('use-source').fill(ENDLESS);
    await client.id('use-plan').fill(ENDLESS_PLAN);
    await run();
    assert.equal((await ended()).code, 'JobOutOfIterations');
    await choose('hash', { zeros: 4, segments: 4 });
    await run();
    await done();
    await assertEventually(async () => (await figure('serve-failed')) === '1', () => provider.id('serve').innerText());
    const codes = await provider.id('serve-job').evaluateAll((all) => all.map(({ dataset }) => dataset.code));
    assert.deepEqual(codes.slice(0, 2), ['', 'JobOutOfIterations']);
  });

  await t.test('a relay that is started anew costs nothing', async () => {
    await runLong();
    await relay.kill();
    await relay.start();
    const [, before] = /(\d+) of/.exec(await latest().innerText()) ?? [, '0'];
    await assertEventually(
      async () => Number(/(\d+) of/.exec(await latest().innerText())?.[1] ?? 0) > Number(before) + 2,
      () => latest().innerText(),
    );
    await cancel();
    forgiveTheRelay();
  });

  await t.test('a provider whose tab is closed is missed, and goes on once it is back', async () => {
    await runLong();
    await provider.id('serve-running').waitFor();
    await assertAccessible(provider.page, 'a device that runs a client\'s job');
    await assertFitsScreens(provider.page, 'a device that runs a client\'s job');
    await provider.page.close();
    await client.until('use-session', 'state', (state) => state === 'lost');
    provider = new App(await context.newPage(), url);
    await provider.open('mine');
    await serves('reached');
    await client.sign();
    await client.until('use-session', 'state', (state) => state === 'open');
    await provider.id('serve-running').waitFor();
    assert.equal(await provider.id('serve-announce').count(), 0, 'it is dialled by the same key');
    await cancel();
    forgiveTheRelay();
  });

  await t.test('the rental\'s end ends the session', async () => {
    await runLong();
    // Rentals end with a bucket of the pool, so up to one later than asked for.
    await devnet.pass(4 * HOUR);
    await client.id('use-not-rented').waitFor();
    // Whichever comes first, the end of the job or that of the session: both say why.
    const { code, text } = await ended();
    assert.ok(code === 'RentalOver' || (code === 'SessionRefused' && text.includes('SessionNotRented')), `${code}: ${text}`);
    await assertEventually(async () => (await figure('serve-sessions')) === '0', () => provider.id('serve').innerText());
  });

  await t.test('it stops, and takes back what it has announced', async () => {
    await provider.id('serve-stop').click();
    await serves('off');
    assert.equal(await provider.id('serve-relay').inputValue(), relay.url, 'it is remembered');
    await provider.id('serve-take-back').click();
    await provider.id('unlock-password').fill(PASSWORD);
    await provider.id('unlock-submit').click();
    await provider.sign();
    await provider.id('serve-announced').waitFor({ state: 'detached' });
  });
});
