// The GPU prover in a real browser with WebGPU: the root and the proof are the CPU's.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { serve } from './serve.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
// As the prover's own tests start it: a software adapter where there is no other.
const FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-vulkan=native',
  '--ignore-gpu-blocklist',
];

let browser;
let site;

before(async () => {
  const executablePath = process.env.PINFI_CHROMIUM ?? '/usr/bin/chromium';
  browser = await chromium.launch({ executablePath, args: FLAGS });
  site = await serve({ '/sdk/': here('node_modules/@pinfi/sdk'), '/': here('projects/plain') });
});

after(async () => {
  await browser?.close();
  site?.stop();
});

test('prove takes the GPU, and gives what the CPU gives', async () => {
  const page = await browser.newPage();
  await page.goto(`${site.address}/empty.html`);
  const found = await page.evaluate(async () => {
    const { load, prove, gpuCapabilities } = await import('/sdk/dist/prove.js');
    const verifier = await import('/sdk/dist/verify.js');
    await Promise.all([load(), verifier.load()]);
    const task = { seed: `0x${'51'.repeat(32)}`, n: 128, rounds: 4 };
    const [gpu, cpu] = [await prove(task), await prove(task, { device: 'cpu' })];
    const beacon = `0x${'be'.repeat(32)}`;
    const { transcript } = await gpu.open(beacon, 32);
    const openings = [await gpu.openSample(beacon, 7), await cpu.openSample(beacon, 7)];
    const { backend } = await gpuCapabilities();
    let cancelled;
    try {
      await prove(task, { device: 'gpu', signal: AbortSignal.abort() });
    } catch (error) {
      cancelled = error.code;
    }
    return {
      devices: [gpu.device, cpu.device],
      same: gpu.root === cpu.root && openings[0] === openings[1],
      verdict: verifier.verifyTranscript(transcript),
      backend,
      cancelled,
    };
  });
  assert.deepEqual(found, {
    devices: ['gpu', 'cpu'],
    same: true,
    verdict: { passed: true },
    backend: 'webgpu',
    cancelled: 'Cancelled',
  });
});
