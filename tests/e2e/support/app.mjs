// The dApp as its user sees it: what the tests do, in the words of the screen.

import assert from 'node:assert/strict';

export const PASSWORD = 'correct horse battery staple';

/** One page of the dApp. */
export class App {
  constructor(page, url) {
    this.page = page;
    this.url = url;
  }

  id(name, within = this.page) {
    return within.getByTestId(name);
  }

  /** Opens a page of the dApp by its address, as a link from outside would. */
  async open(path = '') {
    await this.page.goto(this.url + path);
    await this.ready();
  }

  /** Follows the main navigation: the program stays in memory, and the wallet unlocked. */
  async go(path) {
    await this.page.locator(`a[href="/${path}"]:visible`).first().click();
    await this.ready();
  }

  /** Goes to a page that the main navigation does not name, without leaving the program. */
  async visit(path) {
    await this.page.evaluate((to) => {
      const link = document.createElement('a');
      link.href = to;
      document.querySelector('main').append(link);
      link.click();
      link.remove();
    }, `/${path}`);
    await this.page.waitForURL(`**/${path}`);
    await this.ready();
  }

  async ready() {
    await this.page.locator('main h1').waitFor();
  }

  /** The `data-…` value of the one element of that name. */
  async value(name, attribute, within = this.page) {
    const value = await this.id(name, within).getAttribute(`data-${attribute}`);
    assert.notEqual(value, null, `${name} has no data-${attribute}`);
    return value;
  }

  async amount(name, attribute = 'wei', within = this.page) {
    return BigInt(await this.value(name, attribute, within));
  }

  /**
   * Confirms the dialog that says in plain words what is signed; returns those words. Earlier
   * messages go first, so that none of them is taken for this action's outcome.
   */
  async sign() {
    const dialog = this.id('confirm');
    await dialog.waitFor();
    const words = await dialog.innerText();
    // In the page, at once: a message may leave by itself while a click looks for it.
    const messages = this.id('toast');
    await messages.locator('button').evaluateAll((all) => all.forEach((button) => button.click()));
    await messages.first().waitFor({ state: 'detached' });
    await this.id('confirm-sign').click();
    return words;
  }

  /** Waits for the outcome of the action that was signed last. */
  async outcome(kind) {
    const toast = this.id('toast').last();
    await toast.waitFor();
    const text = await toast.innerText();
    assert.equal(await toast.getAttribute('data-kind'), kind, text);
    return { text, code: await toast.getAttribute('data-code') };
  }

  /** Waits until the element's value satisfies `test`. */
  async until(name, attribute, test, within = this.page) {
    const element = this.id(name, within);
    await assertEventually(async () => test(await element.getAttribute(`data-${attribute}`)), () =>
      element.evaluate((node) => node.outerHTML.slice(0, 400)),
    );
  }
}

/** Polls until `check` holds; what the page says meanwhile is part of the failure. */
export async function assertEventually(check, describe, patience = 60_000) {
  const end = Date.now() + patience;
  for (;;) {
    if (await check()) return;
    if (Date.now() > end) assert.fail(`still not so after ${patience} ms: ${await describe()}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
