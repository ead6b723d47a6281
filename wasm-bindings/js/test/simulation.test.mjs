import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Simulation, scenarioFile, scenarioNames } from '@pinfi/sdk/simulation';

const run = { scenario: 'steady', agents: 200, days: 4, seed: 7n };

test('what makes no market is refused', () => {
  assert.throws(() => new Simulation({ ...run, scenario: 'nowhere' }), { code: 'UnknownScenario' });
  assert.throws(() => new Simulation({ ...run, scenario: '{}' }), { code: 'MalformedInput' });
  assert.throws(() => new Simulation({ ...run, agents: 1 }), {
    code: 'OutOfRange',
    values: { name: 'agents', value: 1n, least: 100n, most: 1_000_000n },
  });
  assert.throws(() => new Simulation({ ...run, scenario: 'block-rewards', controlled: true }), {
    code: 'NothingToControl',
  });
});

test('a run is the same whether it is stepped or finished', async () => {
  const stepped = new Simulation(run);
  while (stepped.step() > 0);
  const finished = new Simulation({ ...run, scenario: scenarioFile('steady') });
  await finished.finish();
  assert.deepEqual(finished.progress, { done: 96, total: 96 });
  assert.equal(stepped.csv(), finished.csv());
  assert.equal(finished.records().length, 96);
  assert.equal(finished.records(95)[0]?.hour, 96);
  assert.ok((finished.records()[0]?.price ?? 0) > 0);
  assert.equal(finished.summary()?.hours, 24);
  assert.ok(finished.refusals() instanceof Map);
  assert.ok(scenarioNames().includes('one-sided-demand'));
});

test('finish stops when it is told to', async () => {
  const simulation = new Simulation(run);
  const signal = AbortSignal.abort();
  await assert.rejects(simulation.finish({ signal }), { code: 'Cancelled' });
  assert.equal(simulation.progress.done, 0);
});
