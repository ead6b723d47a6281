// A rented device is used: what is refused, each job of the library, the user's own module, a cancelled
// job, what can be saved, the rental's end, and what is remembered. Another device is wrong: evidence and complaint.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { assertAccessible, assertFitsScreens } from './support/accessible.mjs';
import { App, assertEventually } from './support/app.mjs';
import { journeys } from './support/harness.mjs';
import { Jobs, SQUARES } from './support/jobs.mjs';
import { createWallet, faucet, stillMarket } from './support/wallet.mjs';

const journey = journeys();

async function saved(app, name, within) {
  const [download] = await Promise.all([app.page.waitForEvent('download'), app.id(name, within).click()]);
  return readFile(await download.path());
}

journey('a client uses the device that it rents', {}, async ({ page, url, t }) => {
  const app = new App(page, url);
  let stake;
  const jobs = new Jobs(app);
  const latest = () => jobs.latest();

  await t.test('a device that is not rented is refused', async () => {
    await createWallet(app);
    await stillMarket(app);
    await faucet(app);
    for (const path of ['use/0', 'use/999999']) {
      await app.visit(path);
      await app.id('use-not-rented').waitFor();
      assert.equal(await app.id('use-run').count(), 0);
    }
    await assertAccessible(page, 'a device that is not rented');
  });

  await t.test('a rental leads to its page', async () => {
    await app.visit('swap/0');
    await app.id('swap-until').fill('1h');
    await app.id('swap-submit').click();
    await app.sign();
    await app.outcome('success');
    await app.go('positions');
    await app.id('rental').waitFor();
    stake = await app.value('rental', 'stake');
    await app.id('rental-use').click();
    await app.id('use-form').waitFor();
    assert.match(await app.id('use-rental').innerText(), /stood in for by this browser's own GPU/);
    await assertAccessible(page, 'the page of a rented device');
    await assertFitsScreens(page, 'the page of a rented device');
  });

  await t.test('a wrong number is named at its field', async () => {
    await app.id('use-side').fill('4096');
    assert.match(await page.locator('#use-side-error').innerText(), /from 1 to 2048/);
    assert.ok(await app.id('use-run').isDisabled());
    await app.id('use-side').fill('96');
  });

  await t.test('without a signature there is no session, and no job', async () => {
    await jobs.run();
    await app.id('confirm').waitFor();
    await app.id('confirm-cancel').click();
    assert.equal((await jobs.ended()).code, 'SessionNotSigned');
  });

  await t.test('a matrix product comes back, and the processor agrees', async () => {
    await jobs.run();
    await app.sign();
    await jobs.done();
    assert.equal(await app.value('use-session', 'state'), 'open');
    assert.equal(await app.id('use-numbers', latest()).locator('tbody tr').count(), 8);
    await jobs.checked();
  });

  await t.test('the receipt and the output are saved', async () => {
    const receipt = JSON.parse(await saved(app, 'use-receipt', latest()));
    assert.equal(receipt.primaryType, 'JobReceipt');
    assert.equal(BigInt(receipt.message.stake), BigInt(stake));
    assert.match(receipt.signature, /^0x[0-9a-f]{130}$/);
    assert.equal((await saved(app, 'use-download', latest())).length, 96 * 96 * 4);
  });

  await t.test('a picture is filtered', async () => {
    await app.id('use-kind').selectOption('image');
    for (const filter of ['sobel', 'blur', 'sharpen']) {
      await app.id('use-filter').selectOption(filter);
      await jobs.run();
      await jobs.done();
      const shown = await app.id('use-after', latest()).evaluate((canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return new Set(data).size;
      });
      assert.ok(shown > 2, `${filter}: ${shown} values`);
    }
    await jobs.checked();
  });

  await t.test('an option is priced', async () => {
    await app.id('use-kind').selectOption('price');
    await app.id('use-lanes').fill('1024');
    await app.id('use-moments').fill('8');
    await jobs.run();
    await jobs.done();
    const [, price] = /([\d.]+) ±/.exec(await app.id('use-answer', latest()).innerText());
    // Black and Scholes: 7.13 for these numbers.
    assert.ok(Math.abs(Number(price) - 7.13) < 0.3, price);
    await jobs.checked();
  });

  await t.test('a network answers', async () => {
    await app.id('use-kind').selectOption('network');
    await app.id('use-items').fill('64');
    await jobs.run();
    await jobs.done();
    await jobs.checked();
  });

  await t.test('a hash is found', async () => {
    await app.id('use-kind').selectOption('hash');
    await app.id('use-zeros').fill('12');
    await app.id('use-segments').fill('16');
    await jobs.run();
    await jobs.done();
    assert.match(await app.id('use-answer', latest()).innerText(), /Found: \d+/);
    await jobs.checked();
  });

  await t.test('a module of the user\'s own gives its squares', async () => {
    await app.id('use-kind').selectOption('module');
    await jobs.run();
    await jobs.done();
    assert.match(await app.id('use-output', latest()).innerText(), SQUARES);
    assert.equal(await app.id('use-check', latest()).count(), 0, 'nobody can say what it should give');
  });

  await t.test('what is no plan is named, and cannot be run', async () => {
    const plan = await app.id('use-plan').inputValue();
    await app.id('use-plan').fill('{');
    await app.id('use-wrong').waitFor();
    assert.ok(await app.id('use-run').isDisabled());
    await app.id('use-plan').fill(plan);
  });

  await t.test('malicious modules end in words, and the next job runs', () => jobs.runMalicious());

  await t.test('a job is cancelled, and the next one runs', async () => {
    await app.id('use-kind').selectOption('hash');
    await app.id('use-zeros').fill('60');
    await app.id('use-segments').fill('1000000');
    await jobs.run();
    await app.id('use-progress', latest()).waitFor();
    await assertAccessible(page, 'a job that runs');
    await app.id('use-cancel', latest()).click();
    assert.equal((await jobs.ended()).code, 'JobCancelled');
    await app.id('use-segments').fill('4');
    await jobs.run();
    await jobs.done();
    await assertAccessible(page, 'jobs of all kinds');
    await assertFitsScreens(page, 'jobs of all kinds');
  });

  await t.test('what runs goes on while another page is looked at', async () => {
    const before = await app.id('use-job').count();
    await app.go('positions');
    await app.id('rental-use').click();
    await assertEventually(async () => (await app.id('use-job').count()) === before, () => page.innerText('main'));
  });

  await t.test('the rental\'s end ends what runs', async () => {
    await app.id('use-kind').selectOption('hash');
    await app.id('use-segments').fill('1000000');
    await app.id('use-zeros').fill('60');
    await jobs.run();
    await app.id('use-progress', latest()).waitFor();
    await app.id('clock-speed').selectOption('3600');
    await app.id('use-not-rented').waitFor();
    await app.id('clock-speed').selectOption('1');
    assert.equal(await app.id('use-run').count(), 0);
    assert.equal((await jobs.ended()).code, 'RentalOver');
  });

  await t.test('a reload has forgotten what jobs gave, and remembers what they were', async () => {
    // With what they gave the latest twenty are shown.
    const count = await app.id('use-past-job').count();
    assert.ok(count > 20 && (await app.id('use-job').count()) === 20, `${count} jobs`);
    await app.open(`use/${stake}`);
    await app.id('use-not-rented').waitFor();
    await assertEventually(async () => (await app.id('use-past-job').count()) === count, () => app.id('use-past').innerText());
    assert.equal(await app.id('use-job').count(), 0);
    const { jobs } = JSON.parse(await saved(app, 'use-past-save'));
    assert.equal(jobs.length, count);
    const first = jobs.find((job) => job.check?.right === 50);
    assert.equal(first.receipt.message.inputHash, first.inputHash);
    assert.deepEqual([jobs[0].end, jobs[0].code], ['failed', 'RentalOver']);
    await assertAccessible(page, 'jobs that are remembered');
    await assertFitsScreens(page, 'jobs that are remembered');
    await app.id('use-past-ask').click();
    await app.id('use-past-forget').click();
    await app.id('use-past').waitFor({ state: 'detached' });
    await app.open(`use/${stake}`);
    await app.id('use-not-rented').waitFor();
    assert.equal(await app.id('use-past').count(), 0);
  });
});

/** Makes the GPU that stands in for a device add 1 to each entry of a product. */
async function makeWrong(page) {
  const spoil = `const make = GPUDevice.prototype.createShaderModule;
    GPUDevice.prototype.createShaderModule = function (it) {
      return make.call(this, { ...it, code: it.code.replace('= sum;', '= sum + T(1);') });
    };\n`;
  await page.context().route('**/pinfi-rented_loader.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: spoil + (await response.text()) });
  });
}

journey('a wrong result is found, shown to others and complained of', {}, async ({ page, url }) => {
  const app = new App(page, url);
  await makeWrong(page);
  await createWallet(app);
  await stillMarket(app);
  await faucet(app);
  await app.visit('swap/0');
  await app.id('swap-until').fill('1h');
  await app.id('swap-submit').click();
  await app.sign();
  await app.outcome('success');
  await app.go('positions');
  await app.id('rental-use').click();
  await app.id('use-side').fill('32');
  assert.equal(await app.id('use-complaint').count(), 0);
  await app.id('use-run').click();
  await app.sign();
  await app.id('use-check').click();
  await app.until('use-verdict', 'state', (state) => state === 'wrong');
  const evidence = await saved(app, 'use-evidence');
  await assertAccessible(page, 'a wrong result');
  await assertFitsScreens(page, 'a wrong result');
  await app.id('use-complain').click();
  assert.match(await app.sign(), /prove at once/);
  await app.outcome('success');
  await app.until('use-complaint-state', 'state', (state) => state === 'asked');

  await app.visit('verify');
  const drop = (text) => app.id('verify-file').setInputFiles({ name: 'evidence.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await drop(evidence);
  await app.until('verify-verdict', 'holds', (holds) => holds === 'true');
  assert.match(await app.id('verify-verdict').innerText(), /has signed a wrong result.*neither owns this stake/);
  const changed = JSON.parse(evidence);
  changed.receipt.receipt.stake += 1;
  await drop(JSON.stringify(changed));
  await app.until('verify-verdict', 'holds', (holds) => holds === 'false');
});
