// Jobs as the page of a rented device shows them.

import assert from 'node:assert/strict';
import { assertEventually } from './app.mjs';

/** Source and plan of a module with one output of `words` words, named `out`. */
export function module(body, { words = 16, more = '' } = {}) {
  return {
    source: `@group(0) @binding(1) var<storage, read_write> out: array<u32>;
${more}
@compute @workgroup_size(1) fn main() { ${body} }`,
    plan: JSON.stringify({
      buffers: [{ binding: 1, element: 'u32', words, role: 'output' }],
      plan: [{ entry: 'main', groups: [1, 1, 1] }],
    }),
  };
}

/** The module that the form begins with: the squares of 0 to 15. */
export const SQUARES = /0 1 4 9 16 25/;

/** The form and the jobs of one page. */
export class Jobs {
  constructor(app) {
    this.app = app;
  }

  latest() {
    return this.app.id('use-job').first();
  }

  async name() {
    return (await this.app.id('use-job').count()) === 0 ? null : this.latest().getAttribute('data-job');
  }

  async choose(kind, values = {}) {
    await this.app.id('use-kind').selectOption(kind);
    for (const [name, value] of Object.entries(values)) await this.app.id(`use-${name}`).fill(`${value}`);
  }

  /** Runs what is in the form, as another job than the latest. */
  async run() {
    const before = await this.name();
    await this.app.id('use-run').click();
    await assertEventually(async () => (await this.name()) !== before, async () => 'no job');
  }

  /** Waits until the latest job has ended, and says how. */
  async ended() {
    const job = this.latest();
    const state = () => job.getAttribute('data-state');
    await assertEventually(async () => ['done', 'failed'].includes(await state()), () => job.innerText());
    return { state: await state(), code: await job.getAttribute('data-code'), text: await job.innerText() };
  }

  async done() {
    const outcome = await this.ended();
    assert.equal(outcome.state, 'done', outcome.text);
    return outcome.text;
  }

  async checked() {
    await this.app.id('use-check', this.latest()).click();
    const verdict = this.app.id('use-verdict', this.latest());
    await assertEventually(async () => (await verdict.getAttribute('data-state')) !== 'running', () => verdict.innerText());
    assert.equal(await verdict.getAttribute('data-state'), 'passed', await verdict.innerText());
  }

  /** Runs modules that ask for too much, do not end or reach beyond what is theirs, and a good one after each. */
  async runMalicious() {
    await this.choose('module');
    const [source, plan] = await Promise.all(['use-source', 'use-plan'].map((name) => this.app.id(name).inputValue()));
    const nested = `${'('.repeat(2_000)}1u${')'.repeat(2_000)}`;
    // Far beyond the buffer, at places that are known only as it runs.
    const beyond = `for (var i = 0u; i < 64u; i += 1u) {
      let at = (out[i] + i + 1u) * 66666667u;
      out[at] = 7u;
      out[0] += out[at];
    }`;
    for (const [job, code, reason] of [
      [module('out[0] = 1u;', { more: `/*${'x'.repeat(70 << 10)}*/` }), 'JobRefused', /SourceBytes is \d+, allowed are 1 to 65536/],
      [module('out[0] = 1u;', { words: 1 << 30 }), 'JobRefused', /BufferBytes is 4294967296/],
      [module(`out[0] = ${nested};`), 'JobRefused', /Nesting/],
      [module('out[0] = ;'), 'JobRefused', /line \d+, column \d+/],
      [module('loop { out[0] += 1u; }'), 'JobOutOfIterations', /loop iterations/],
      [module('for (var i = 0u; i < 10u; i += 0u) { out[0] += 1u; }'), 'JobOutOfIterations', /loop iterations/],
      [module(beyond), '', null],
    ]) {
      await this.choose('module', job);
      await this.run();
      const outcome = await this.ended();
      assert.equal(outcome.code, code, outcome.text);
      if (reason !== null) assert.match(await this.app.id('use-reason', this.latest()).innerText(), reason);
      await this.choose('module', { source, plan });
      await this.run();
      await this.done();
      assert.match(await this.app.id('use-output', this.latest()).innerText(), SQUARES);
    }
  }

  /**
   * Runs what is in the form so many times, one job after the other, without a look from outside in
   * between: that would take longer than the jobs.
   */
  async runInARow(count) {
    const failed = await this.app.page.evaluate(async (count) => {
      const find = (name) => document.querySelector(`[data-testid="${name}"]`);
      const latest = () => find('use-job')?.dataset ?? {};
      const until = async (check) => {
        const end = Date.now() + 60_000;
        while (!check()) {
          if (Date.now() > end) throw new Error(`job ${latest().job} is ${latest().state}`);
          await new Promise((done) => setTimeout(done, 5));
        }
      };
      for (let ran = 0; ran < count; ran += 1) {
        const before = latest().job;
        find('use-run').click();
        await until(() => latest().job !== before && ['done', 'failed'].includes(latest().state));
        if (latest().state === 'failed') return { ran, code: latest().code };
      }
      return null;
    }, count);
    assert.equal(failed, null);
  }
}
