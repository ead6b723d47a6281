// A real Chromium on the built page, one fresh profile a test. Whatever the page reports as an
// error fails the test that caused it.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { serve } from '../../../xtask/web/serve.mjs';

export const DIST = fileURLToPath(new URL('../../../dist', import.meta.url));

const QUIET = [
  '--no-first-run',
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-quic',
  '--disable-sync',
];
/** Offers the software adapter, where there is no other; without it there is no adapter at all. */
const WEBGPU = '--enable-unsafe-webgpu';

/** Milliseconds: a software GPU on a busy machine with two cores is slow. */
export const PATIENCE = 60_000;

/** Starts the browser that the setup found. */
export function launch({ webgpu = true } = {}) {
  const executablePath = process.env.PINFI_CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: webgpu ? [...QUIET, WEBGPU] : QUIET });
}

/**
 * Declares the tests of one file: each gets a page of its own in a fresh profile.
 * Returns `journey(name, options, body)`, where body gets { page, context, url, server, t, errors, another }; a
 * test that causes errors takes them out of `errors`, and `another()` opens a page in one more fresh profile.
 */
export function journeys({ webgpu = true } = {}) {
  let browser;
  let server;

  before(async () => {
    assert.ok(existsSync(DIST), 'dist/ is missing: run `cargo xtask build`');
    server = await serve(DIST);
    browser = await launch({ webgpu });
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  return function journey(name, options, body) {
    test(name, { timeout: 10 * PATIENCE }, async (t) => {
      const errors = [];
      const contexts = [];
      const another = async () => {
        const context = await browser.newContext({ locale: 'en-GB', ...options });
        contexts.push(context);
        context.setDefaultTimeout(PATIENCE);
        collectErrors(context, errors);
        return context.newPage();
      };
      try {
        const page = await another();
        const [context] = contexts;
        await body({ page, context, url: server.url, server: server.server, t, errors, another });
        assert.deepEqual(errors, [], 'the page reported errors');
      } finally {
        await Promise.all(contexts.map((context) => context.close()));
      }
    });
  };
}

/** Collects console errors and uncaught exceptions of every page and worker of the context in `errors`. */
function collectErrors(context, errors) {
  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(`console: ${message.text()}`);
  });
  context.on('weberror', (event) => errors.push(`page: ${event.error().stack}`));
  context.on('requestfailed', (request) => {
    const { errorText } = request.failure();
    // A page that is left drops what it was loading. What the policy stops is on the console.
    if (errorText === 'net::ERR_ABORTED' || errorText === 'csp') return;
    errors.push(`request: ${request.url()} ${errorText}`);
  });
}
