// A device is rented on a chain and used by a page elsewhere, through a relay: a provider and a client in two
// browser contexts.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { assertAccessible, assertFitsScreens } from './support/accessible.mjs';
import { App, PASSWORD, assertEventually } from './support/app.mjs';
import { fund, openForm, settleOn } from './support/chain.mjs';
import { ACCOUNTS, Devnet } from './support/devnet.mjs';
import { journeys } from './support/harness.mjs';
import { Jobs, SQUARES, module } from './support/jobs.mjs';
import { held, watch } from './support/memory.mjs';
import { openPool, provideDevice } from './support/provider.mjs';
import { Relay } from './support/relay.mjs';
import { addAccount, createWallet, useAccount } from './support/wallet.mjs';

const PIN = 10n ** 18n;
const HOUR = 3_600;
/** The program of the workers that dial and are dialled. */
const REMOTE = 'pinfi-remote';
/** Bytes that memory may grow by in 80 jobs. */
const GROWTH = 1 << 20;

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
  const jobs = new Jobs(client);
  let stake;
  await Promise.all([context, client.page.context()].map((it) => watch(it, REMOTE)));

  const latest = () => jobs.latest();
  const serves = (state) => provider.until('serve', 'state', (now) => now === state);
  /** A job of many steps, which runs until it is stopped. */
  const runLong = async () => {
    await jobs.choose('hash', { zeros: 60, segments: 1_000_000 });
    await jobs.run();
    await client.id('use-progress', latest()).waitFor();
  };
  /** The steps of a job that are done. */
  const progress = async (job) => Number(/(\d+) of/.exec(await job.innerText())?.[1] ?? 0);
  const advances = (job, beyond) => assertEventually(async () => (await progress(job)) > beyond, () => job.innerText());
  const cancel = async () => {
    await client.id('use-cancel', latest()).click();
    assert.equal((await jobs.ended()).code, 'JobCancelled');
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
    await jobs.choose('matrix', { side: 96 });
    await jobs.run();
    await client.sign();
    await jobs.done();
    await jobs.checked();
    for (const [kind, numbers] of [
      ['image', {}],
      ['price', { lanes: 1_024, moments: 8 }],
      ['network', { items: 64 }],
      ['hash', { zeros: 12, segments: 16 }],
    ]) {
      await jobs.choose(kind, numbers);
      await jobs.run();
      await jobs.done();
    }
    await jobs.choose('module');
    await jobs.run();
    await jobs.done();
    assert.match(await client.id('use-output', latest()).innerText(), SQUARES);
    await assertEventually(async () => (await figure('serve-done')) === '6', () => provider.id('serve').innerText());
    assert.equal(await figure('serve-sessions'), '1');
    assert.equal(await figure('serve-failed'), '0');
  });

  await t.test('a malicious module is ended, and the next job runs', async () => {
    await jobs.choose('module', module('loop { out[0] += 1u; }'));
    await jobs.run();
    assert.equal((await jobs.ended()).code, 'JobOutOfIterations');
    await jobs.choose('hash', { zeros: 4, segments: 4 });
    await jobs.run();
    await jobs.done();
    await assertEventually(async () => (await figure('serve-failed')) === '1', () => provider.id('serve').innerText());
    const codes = await provider.id('serve-job').evaluateAll((all) => all.map(({ dataset }) => dataset.code));
    assert.deepEqual(codes.slice(0, 2), ['', 'JobOutOfIterations']);
  });

  await t.test('a hundred jobs in a row leave nothing behind, in either browser', async () => {
    let done = Number(await figure('serve-done'));
    const ran = async (count) => {
      await jobs.runInARow(count);
      done += count;
      await assertEventually(async () => (await figure('serve-done')) === `${done}`, () => provider.id('serve').innerText());
      return Promise.all([provider, client].map(({ page }) => held(page, REMOTE)));
    };
    // Each has 110 kB of matrices: one that is left in 80 jobs would be 3 MB at least.
    const side = 96;
    await jobs.choose('matrix', { side });
    const before = await ran(20);
    const after = await ran(100 - 20);
    for (const [at, name] of ['provider', 'client'].entries()) {
      assert.equal(after[at].gpu, 0, `${name}: buffers on the GPU`);
      for (const what of ['page', 'worker', 'scripts']) {
        const grown = after[at][what] - before[at][what];
        assert.ok(grown <= GROWTH, `${name}, ${what}: ${grown} bytes more than ${before[at][what]}`);
      }
    }
  });

  await t.test('a relay that is started anew costs nothing', async () => {
    await runLong();
    await relay.kill();
    await relay.start();
    await advances(latest(), (await progress(latest())) + 2);
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

  await t.test('after a reload jobs go on where the device is, and none runs twice', async () => {
    const [done, failed] = await Promise.all(['serve-done', 'serve-failed'].map(async (name) => Number(await figure(name))));
    await runLong();
    await jobs.choose('hash', { zeros: 12, segments: 64 });
    await jobs.run();
    const names = () => client.id('use-job').evaluateAll((all) => all.slice(0, 2).map((it) => it.dataset.job));
    const before = await names();
    const long = client.page.locator(`[data-job="${before[1]}"]`);
    await advances(long, 5);
    const seen = await progress(long);

    await client.open(`use/${stake}`);
    await client.id('use-form').waitFor();
    assert.equal(await client.id('use-job').count(), 0, 'what jobs gave is gone');
    const unended = client.id('use-past-go-on');
    await assertEventually(async () => (await unended.count()) === 2, () => client.id('use-past').innerText());
    await assertAccessible(client.page, 'jobs that had not ended');
    await unended.last().click();
    await client.id('unlock-password').fill(PASSWORD);
    await client.id('unlock-submit').click();
    await client.sign();
    await advances(long, seen);
    await unended.click();
    await unended.waitFor({ state: 'detached' });
    assert.deepEqual(await names(), before);
    await client.id('use-cancel', long).click();
    await assertEventually(async () => (await long.getAttribute('data-code')) === 'JobCancelled', () => long.innerText());
    await jobs.done();
    await jobs.checked();
    await assertEventually(
      async () => (await figure('serve-done')) === `${done + 1}` && (await figure('serve-failed')) === `${failed + 1}`,
      () => provider.id('serve').innerText(),
    );
  });

  await t.test('the rental\'s end ends the session', async () => {
    await runLong();
    // Rentals end with a bucket of the pool, so up to one later than asked for.
    await devnet.pass(4 * HOUR);
    await client.id('use-not-rented').waitFor();
    // Whichever comes first, the end of the job or that of the session: both say why.
    const { code, text } = await jobs.ended();
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
