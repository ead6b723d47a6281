// Pictures of the real page for the README and the docs, into docs/images: `node screenshots.mjs [NAME…]`, all
// of them or those of these names. They are made small by pngquant where it is installed.

import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { serve } from '../../xtask/web/serve.mjs';
import { App, assertEventually } from './support/app.mjs';
import { DIST, launch, PATIENCE } from './support/harness.mjs';
import { openPool, provideDevice } from './support/provider.mjs';
import { createWallet, faucet, leap } from './support/wallet.mjs';

const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url));
/** The market's first minutes, and the charts' first points, in milliseconds. */
const A_WHILE = 4_000;

const DEMAND_SHOCK = 'research?scenario=demand-shock&days=28&agents=1000&seed=1';

/** Each shows one picture's page: where it is, what is pressed there, and what of it stands at the top. */
const PICTURES = {
  overview: { path: '' },
  pool: { path: 'pool/0' },
  balance: { path: 'pool/0', ready: 'balance-region', top: 'pool-balance' },
  diagram: { path: 'pool/0', ready: 'balance-region', top: 'balance-diagram' },
  swap: { path: 'swap' },
  advisor: { path: 'provide/0', ready: 'advice-best', top: 'provide-advice' },
  positions: { path: 'positions', ready: 'rental' },
  research: { path: DEMAND_SHOCK, ready: 'research-result', top: 'research-result' },
  charts: { path: DEMAND_SHOCK, ready: 'research-price', top: 'research-chart' },
  mine: { path: 'mine', ready: 'mine-deed', top: 'mine-machine' },
  verify: { path: 'verify', ready: 'verify-look', press: ['verify-look', 'verify-found', 'right'], top: 'verify-watch' },
  settlement: { path: 'wallet', ready: 'chain-money', top: 'chain' },
};
/** What is taken on a chain; all else in the sandbox. */
const ON_CHAIN = ['settlement'];
/** What is taken while a device answers an epoch, and after it. */
const ANSWERING = ['verify'];
const ANSWERED = ['mine'];
const wanted = process.argv.slice(2);
const SCREENS = {
  wide: { viewport: { width: 1440, height: 900 }, pictures: ['overview', 'pool', 'balance', 'diagram', 'advisor', 'research', 'charts'] },
  phone: { viewport: { width: 390, height: 844 }, pictures: Object.keys(PICTURES).filter((name) => !['pool', 'balance', 'charts', ...ON_CHAIN, ...ANSWERING, ...ANSWERED].includes(name)) },
};

await mkdir(IMAGES, { recursive: true });
const server = await serve(DIST);
const browser = await launch();

for (const [screen, { viewport, pictures }] of Object.entries(SCREENS)) {
  await visit(viewport, rentAnHour, pictures, screen);
}
await visit(SCREENS.wide.viewport, beginAnEpoch, ANSWERING, 'wide');
await visit(SCREENS.wide.viewport, passAnEpoch, ANSWERED, 'wide');
if (chosen(ON_CHAIN).length > 0) await onChain();

await browser.close();
await server.close();

/** Those of the pictures that were asked for. */
function chosen(pictures) {
  return wanted.length > 0 ? pictures.filter((name) => wanted.includes(name)) : pictures;
}

/** Takes pictures in a fresh profile, once it is prepared for them. */
async function visit(viewport, prepare, pictures, screen) {
  const names = chosen(pictures);
  if (names.length === 0) return;
  const context = await browser.newContext({ viewport, colorScheme: 'light', locale: 'en-GB' });
  context.setDefaultTimeout(PATIENCE);
  const app = new App(await context.newPage(), server.url);
  await prepare(app);
  for (const name of names) await take(app, name, screen);
  await context.close();
}

/** Takes the pictures of a chain of its own, with an account that has something there. */
async function onChain() {
  // Here alone: they need the SDK and the contracts, and the other pictures the page alone.
  const { Devnet } = await import('./support/devnet.mjs');
  const { fund, openForm, settleOn } = await import('./support/chain.mjs');
  const devnet = await Devnet.begin();
  const settle = async (app) => {
    await createWallet(app);
    await openForm(app);
    await settleOn(app, devnet);
    await fund(app, devnet);
  };
  await visit(SCREENS.wide.viewport, settle, ON_CHAIN, 'wide');
  await devnet.end();
}

/** Lets the account own something, or its positions would be an empty page. */
async function rentAnHour(app) {
  await createWallet(app);
  await faucet(app);
  await app.visit('swap');
  await app.id('swap-submit').click();
  await app.sign();
  await app.outcome('success');
}

/** Provides a device and leaves it running, until its openings are published. */
async function beginAnEpoch(app) {
  await createWallet(app);
  await faucet(app);
  await openPool(app, 'RTX 4090');
  await provideDevice(app, { term: '24h' });
  await app.visit('mine');
  await app.id('mine-start').click();
  await app.sign();
  await app.id('mine-stand').waitFor();
  const deeds = () => app.id('mine-deed').allInnerTexts();
  await assertEventually(async () => {
    const done = await deeds();
    if (done.some((deed) => /^Published/.test(deed))) return true;
    // Too late for this epoch: the next one comes.
    if (done.length === 0 && (await app.id('mine-next').count()) === 0) await leap(app);
    return false;
  }, async () => (await deeds()).join('\n'), 3 * PATIENCE);
}

/** The same, until the epoch has passed. */
async function passAnEpoch(app) {
  await beginAnEpoch(app);
  const passed = () => app.value('mine-device-card', 'passed');
  await assertEventually(async () => {
    if ((await passed()) === '1') return true;
    await leap(app);
    return false;
  }, passed, 3 * PATIENCE);
}

async function take(app, name, screen) {
  const { path, ready, press, top } = PICTURES[name];
  await app.open(path);
  if (ready) await app.id(ready).first().waitFor();
  await app.page.waitForTimeout(A_WHILE);
  if (press) {
    const [button, answer, wanted] = press;
    await assertEventually(async () => {
      await app.id(button).click();
      await app.id(answer).waitFor();
      return (await app.id(answer).getAttribute('data-found')) === wanted;
    }, () => app.id(answer).innerText());
  }
  for (const theme of ['light', 'dark']) {
    await app.page.evaluate(() => scrollTo(0, 0));
    if (theme === 'dark') await app.id('theme-switch').click();
    await app.page.waitForTimeout(500);
    if (top) await app.id(top).first().evaluate(bringUp);
    // Nothing of it is on the way.
    await app.page.mouse.move(0, 0);
    await app.page.waitForTimeout(300);
    const file = `${IMAGES}/${name}-${screen}-${theme}.png`;
    await app.page.screenshot({ path: file });
    shrink(file);
  }
  await app.page.evaluate(() => scrollTo(0, 0));
  await app.id('theme-switch').click();
}

/** Scrolls so that an element begins right below the page's bar. */
function bringUp(element) {
  scrollBy({ top: element.getBoundingClientRect().top - 76, behavior: 'instant' });
}

function shrink(file) {
  try {
    execFileSync('pngquant', ['--force', '--skip-if-larger', '--speed', '1', '--output', file, '96', file]);
  } catch (error) {
    if (error.code === 'ENOENT') console.log(`${file} is as Chromium made it: no pngquant`);
    // 98: it could not be made smaller.
    else if (error.status !== 98) throw error;
  }
}
