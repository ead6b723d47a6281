// Pictures of the real page for the README, into docs/images: `node screenshots.mjs`. They are made
// small by pngquant where it is installed.

import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DIST, launch } from './support/harness.mjs';
import { serve } from '../../xtask/web/serve.mjs';

const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url));
const PAGES = { overview: '', pool: 'pool/0', swap: 'swap' };
const SCREENS = {
  wide: { viewport: { width: 1440, height: 900 }, pages: ['overview', 'pool'] },
  phone: { viewport: { width: 390, height: 844 }, pages: ['overview', 'pool', 'swap'] },
};

await mkdir(IMAGES, { recursive: true });
const server = await serve(DIST);
const browser = await launch();

for (const [screen, { viewport, pages }] of Object.entries(SCREENS)) {
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({ viewport, colorScheme, locale: 'en-GB' });
    const page = await context.newPage();
    for (const name of pages) {
      await page.goto(server.url + PAGES[name]);
      await page.locator('main h1').waitFor();
      // The market's first minutes and the chart's first points.
      await page.waitForTimeout(4_000);
      const file = `${IMAGES}/${name}-${screen}-${colorScheme}.png`;
      await page.screenshot({ path: file });
      shrink(file);
    }
    await context.close();
  }
}

await browser.close();
await server.close();

function shrink(file) {
  try {
    execFileSync('pngquant', ['--force', '--skip-if-larger', '--output', file, '128', file]);
  } catch (error) {
    if (error.code === 'ENOENT') console.log(`${file} is as Chromium made it: no pngquant`);
    // 98: it could not be made smaller.
    else if (error.status !== 98) throw error;
  }
}
