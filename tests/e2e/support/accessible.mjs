// Whether a page can be used: accessibility, checked by axe-core in the page, and its width.

import assert from 'node:assert/strict';
import axe from 'axe-core';

const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with every violation that axe-core finds on the page as it stands. */
export async function assertAccessible(page, where = page.url()) {
  // What is still fading in has no contrast yet.
  await page.evaluate(() => {
    const ends = document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime !== Infinity);
    return Promise.allSettled(ends.map((animation) => animation.finished));
  });
  // Through the debugger, which the page's content security policy does not bind.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(
    async (values) => (await axe.run(document, { runOnly: { type: 'tag', values } })).violations,
    STANDARD,
  );
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n    ${node.html}\n    ${node.failureSummary}`),
  );
  assert.deepEqual(found, [], `accessibility of ${where}`);
}

/** Where the header's parts meet, phones, and the narrowest that WCAG 2.2 asks for. */
const WIDTHS = [1181, 1180, 561, 390, 360, 320];

/** Fails where the page is wider than any screen; leaves it at its own width. */
export async function assertFitsScreens(page, where = page.url()) {
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await assertFits(page, `${where} at ${width} px`);
  }
  await page.setViewportSize(before);
}

/** Fails where the page is wider than its screen. */
export async function assertFits(page, where = page.url()) {
  const beyond = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  assert.ok(beyond <= 0, `${where} is ${beyond} px wider than the screen`);
}
