// The page of simulated markets: what it refuses, a run from the form and from an address, and that a
// market in the browser is the market outside of it, to the byte.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertAccessible, assertFits } from './support/accessible.mjs';
import { App, assertEventually } from './support/app.mjs';
import { journeys } from './support/harness.mjs';
import { simulate } from './support/simulation.mjs';

const journey = journeys();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const SHORT = { scenario: 'demand-shock', days: 9, agents: 200, seed: 42 };
/** Long enough to be met on its way on a fast machine. */
const LONG = { days: 120, agents: 10_000 };

const query = (market) => `research?${new URLSearchParams(market)}`;

async function openResearch(page, url, path = 'research') {
  const app = new App(page, url);
  await app.open(path);
  await app.id('research-form').waitFor();
  return app;
}

/** Lists what of the simulator the page asks for from now on. */
function simulatorRequests(page) {
  const asked = [];
  page.on('request', (request) => {
    if (request.url().includes('pinfi-simulator')) asked.push(request.url());
  });
  return asked;
}

async function saved(app, name) {
  const [download] = await Promise.all([app.page.waitForEvent('download'), app.id(name).click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

async function fill(app, market) {
  for (const [name, value] of Object.entries(market)) {
    if (name === 'scenario') await app.id('research-scenario').selectOption(value);
    else await app.id(`research-${name}`).fill(String(value));
  }
}

const aboutRun = (app) => app.id('research-about-run').innerText();

for (const [address, expected] of Object.entries({
  'research?scenario=nowhere': /no scenario “nowhere”/,
  'research?days=3': /no scenario “”/,
  'research?scenario=steady&colour=red': /“colour”, which no market has/,
  'research?scenario=steady&days=3&days=4': /“days” twice/,
  'research?scenario=steady&days=0': /“Length” again\. From 1 to 120/,
  'research?scenario=steady&agents=1e9': /“Agents” again\. A whole number/,
  'research?scenario=steady&fee=10.01': /From 0 to 10/,
  'research?scenario=steady&controller=maybe': /“controller” is yes or no/,
  'research?scenario=steady&valuation=1&controller=yes': /no balanced band/,
  'research?scenario=%3Cb%3Esteady': /no scenario “%3Cb%3Esteady”/,
})) {
  journey(`${address} is refused in words and runs nothing`, {}, async ({ page, url }) => {
    const asked = simulatorRequests(page);
    const app = await openResearch(page, url, address);
    assert.match(await app.id('research-refused').innerText(), expected);
    await page.waitForTimeout(500);
    assert.deepEqual(asked, [], 'not even the simulator is loaded');
    assert.equal(await app.id('research-running').count(), 0);
    await app.id('research-none').waitFor();
  });
}

journey('a wrong number is named at its field and cannot be run', {}, async ({ page, url }) => {
  const app = await openResearch(page, url);
  for (const [field, typed, expected] of [
    ['days', '0', /From 1 to 120/],
    ['agents', '50', /From 100 to 10000/],
    ['seed', '1.5', /whole number/],
    ['reward', '-1', /A number from 0 on/],
    ['fee', '3.001', /two decimals/],
  ]) {
    const input = app.id(`research-${field}`);
    const before = await input.inputValue();
    await input.fill(typed);
    assert.match(await page.locator(`#research-${field}-error`).innerText(), expected);
    assert.equal(await input.getAttribute('aria-invalid'), 'true');
    assert.ok(await app.id('research-run').isDisabled(), field);
    await app.id('research-wrong').waitFor();
    await input.fill(before);
    await app.id('research-wrong').waitFor({ state: 'detached' });
  }
  await app.id('research-valuation').fill('1');
  await app.id('research-controller').check();
  assert.match(await app.id('research-wrong').innerText(), /controller has no bounds/);
  await app.id('research-as-ready').click();
  assert.equal(await app.id('research-valuation').inputValue(), '1.5');
  assert.ok(await app.id('research-run').isEnabled());
});

journey('a simulator that does not arrive is told, and comes with another try', {}, async ({ page, url, errors }) => {
  const app = await openResearch(page, url);
  await page.route('**/pinfi-simulator*', (route) => route.abort());
  await fill(app, { ...SHORT, days: 2 });
  await app.id('research-run').click();
  await app.id('research-ended').waitFor();
  assert.match(await app.id('research-ended').innerText(), /could not be started/);
  errors.length = 0;
  await page.unroute('**/pinfi-simulator*');
  await app.id('research-run').click();
  await app.id('research-result').waitFor();
});

journey('a market shows its progress, goes on while others are looked at, and can be cancelled', {}, async ({ page, url }) => {
  const asked = simulatorRequests(page);
  const app = await openResearch(page, url);
  assert.deepEqual(asked, [], 'a look at the page loads no simulator');
  await fill(app, { scenario: 'steady', ...LONG });
  await app.id('research-run').click();
  const bar = app.id('research-progress');
  await bar.waitFor();
  const value = async () => Number(await bar.getAttribute('aria-valuenow'));
  await assertEventually(async () => (await value()) > 0, value);
  const first = await value();
  await app.go('swap');
  await app.go('research');
  await assertEventually(async () => (await value()) > first, value);
  await app.id('research-cancel').click();
  assert.match(await app.id('research-ended').innerText(), /Cancelled/);
  assert.equal(await app.id('research-running').count(), 0);
  assert.equal(await app.id('research-result').count(), 0);

  // By the keyboard: a short one, from the field to the button.
  await fill(app, { days: 4, agents: 200 });
  await app.id('research-run').focus();
  await page.keyboard.press('Enter');
  await app.id('research-result').waitFor();
  assert.match(await aboutRun(app), /4 days, 200 agents, seed 1/);
});

journey('the files are those that the simulation writes natively', {}, async ({ page, url }) => {
  const app = await openResearch(page, url);
  await fill(app, SHORT);
  await app.id('research-controller').check();
  await app.id('research-run').click();
  await app.id('research-result').waitFor();
  const market = { ...SHORT, controller: true };
  const csv = await saved(app, 'research-csv');
  assert.equal(csv.name, 'pinfi-demand-shock-seed-42.csv');
  assert.equal(csv.text, simulate(SHORT.scenario, { ...market, format: 'csv' }));
  const json = await saved(app, 'research-json');
  assert.equal(json.text, simulate(SHORT.scenario, { ...market, format: 'json' }));
  const { summary } = JSON.parse(json.text);
  const row = app.id('research-summary').locator('tbody tr').first();
  const shown = await row.locator('td').nth(1).innerText();
  assert.ok(Math.abs(Number(shown.replace('%', '')) / 100 - (summary.regions.G ?? 0)) < 0.006, shown);
  const earned = app.id('research-summary').locator('tbody tr').nth(8).locator('td').nth(1);
  assert.equal((await earned.innerText()).replaceAll(',', ''), String(Math.round(summary.rewards)));
});

journey('a changed market is that of the scenario in its file', {}, async ({ page, url }) => {
  const app = await openResearch(page, url);
  await fill(app, { ...SHORT, scenario: 'outside-price-rises', days: 8, demand: '33.3', fee: '2.55', reward: '0.99' });
  await app.id('research-more').locator('summary').click();
  await app.id('research-theory').check();
  await app.id('research-run').click();
  await app.id('research-result').waitFor();
  const json = await saved(app, 'research-json');
  const folder = await mkdtemp(join(tmpdir(), 'pinfi-research-'));
  try {
    const file = join(folder, 'scenario.json');
    const { scenario } = JSON.parse(json.text);
    assert.equal(scenario.pool.fee_bps, 255);
    await writeFile(file, JSON.stringify(scenario));
    assert.equal(json.text, simulate(file, { ...SHORT, days: 8, format: 'json' }));
  } finally {
    await rm(folder, { recursive: true });
  }
});

journey('a link gives the same market again, and so does a reload', {}, async ({ page, context, url }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const app = await openResearch(page, url);
  await fill(app, { ...SHORT, days: 5, reward: '0.9' });
  await app.id('research-run').click();
  await app.id('research-result').waitFor();
  const { text } = await saved(app, 'research-csv');
  await app.id('research-link').click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(new URL(link).search, '?scenario=demand-shock&days=5&agents=200&seed=42&reward=0.9');

  const other = await context.newPage();
  const opened = await openResearch(other, url, link.slice(url.length));
  await opened.id('research-result').waitFor();
  assert.equal(await opened.id('research-reward').inputValue(), '0.9');
  assert.equal((await saved(opened, 'research-csv')).text, text);
  await other.close();

  await page.reload();
  await app.id('research-result').waitFor();
  assert.equal((await saved(app, 'research-csv')).text, text);
  // Back from elsewhere, the result and its address are there without another run.
  const asked = simulatorRequests(page);
  await app.go('swap');
  await app.go('research');
  await app.id('research-result').waitFor();
  await page.waitForURL(link);
  assert.deepEqual(asked, []);
  // The link is the shown market's, whatever was begun since.
  await fill(app, LONG);
  await app.id('research-run').click();
  await app.id('research-cancel').click();
  await app.id('research-link').click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
});

journey('a market can be compared with another', {}, async ({ page, url }) => {
  const app = await openResearch(page, url, query({ ...SHORT, days: 5 }));
  await app.id('research-keep').click();
  await app.id('research-drop').waitFor();
  const columns = app.id('research-summary').locator('thead th');
  assert.equal(await columns.count(), 2, 'not with itself');
  await app.id('research-controller').check();
  await app.id('research-run').click();
  await assertEventually(async () => (await columns.count()) === 3, () => columns.allInnerTexts());
  assert.match(await app.id('research-price').locator('..').innerText(), /kept run/);
  await app.id('research-drop').click();
  await assertEventually(async () => (await columns.count()) === 2, () => columns.allInnerTexts());
});

for (const [name, options] of Object.entries({
  'on a desk in the light': { colorScheme: 'light' },
  'on a desk in the dark': { colorScheme: 'dark' },
  'on a phone in Chinese': { ...PHONE, locale: 'zh-CN' },
})) {
  journey(`a finished market is accessible ${name}`, options, async ({ page, url }) => {
    const app = await openResearch(page, url, query(SHORT));
    await app.id('research-result').waitFor();
    await page.locator('.chart canvas').first().waitFor();
    await app.id('research-keep').click();
    await app.id('research-more').locator('summary').click();
    await app.id('research-ours').locator('summary').click();
    for (const figures of await app.id('chart-figures').locator('summary').all()) await figures.click();
    const tables = app.id('chart-table');
    await assertEventually(async () => (await tables.count()) === 5, () => tables.allInnerTexts());
    await app.id('research-days').fill('x');
    await assertAccessible(page, `the finished market ${name}`);
    await assertFits(page);
    await page.goto(`${url}research?scenario=x`);
    await app.id('research-refused').waitFor();
    await assertAccessible(page, `the refused address ${name}`);
  });
}
