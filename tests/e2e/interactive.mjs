// How long a first visit takes, on loopback with an empty cache: `node interactive.mjs [VISITS]`.
// Prints figures and judges nothing: a test with a clock would fail on a busy machine.

import { DIST, launch } from './support/harness.mjs';
import { serve } from '../../xtask/web/serve.mjs';

const visits = Number(process.argv[2] ?? 7);
const server = await serve(DIST);
const browser = await launch();
const rows = [];

for (let visit = 0; visit < visits; visit += 1) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    // Interactive: the app has taken the skeleton's place, the pools are there, and the main thread
    // is free again, so that a click is answered.
    const seen = new MutationObserver(() => {
      if (!document.querySelector('main h1') || !document.querySelector('[data-testid="pools"]')) return;
      seen.disconnect();
      setTimeout(() => (window.interactiveAt = performance.now()));
    });
    seen.observe(document, { childList: true, subtree: true });
  });
  await page.goto(server.url);
  await page.waitForFunction(() => window.interactiveAt !== undefined);
  await page.waitForFunction(() => localStorage.getItem('pinfi.ledger') !== null, null, { polling: 20 });
  rows.push(
    await page.evaluate(() => ({
      'first paint': performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      interactive: window.interactiveAt,
      'ledger kept': performance.now(),
    })),
  );
  await context.close();
}

await browser.close();
await server.close();

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
for (const what of ['first paint', 'interactive', 'ledger kept']) {
  const values = rows.map((row) => row[what]);
  console.log(
    `${what}: median ${median(values).toFixed(0)} ms, worst ${Math.max(...values).toFixed(0)} ms of ${visits} visits`,
  );
}
