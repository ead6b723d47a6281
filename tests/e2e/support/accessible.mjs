// Accessibility, checked by axe-core in the page.

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
