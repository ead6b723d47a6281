import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Game } from '@pinfi/sdk/equilibrium';

const params = {
  fee: 0.3,
  outsideBase: 0.8,
  outsideRate: 0.1,
  outsideQuantity: 2,
  valuation: 1.9,
};

test('Game refuses parameters without meaning', () => {
  assert.throws(() => new Game({ ...params, fee: 1 }), { code: 'FeeOutOfRange', values: { fee: 1n } });
  assert.throws(() => new Game({ ...params, valuation: -0.5 }), {
    code: 'PriceOutOfRange',
    values: { name: 'valuation', value: -0.5 },
  });
  // @ts-expect-error: that is the point.
  assert.throws(() => new Game({ fee: 0.3 }), { code: 'MalformedInput' });
  assert.throws(() => new Game(params).restingPrice(0.1), { code: 'RewardBelowFloor' });
  assert.throws(() => new Game(params).restingPriceGradient(0.1), { code: 'RewardBelowFloor' });
});

test('Game says what the core says', () => {
  const game = new Game(params);
  assert.equal(game.outsidePrice, 1);
  assert.equal(game.region(1.1, 0.8), 'G');
  const band = game.rewardBand();
  assert.ok(band && band.floor === 0.7 && band.ceiling > 0.8);
  assert.ok(Math.abs(game.restingPrice(0.8) - 1.206454) < 1e-6);
  assert.equal(game.thresholds().lpFloor, 0.7);
  assert.equal(game.lpBoundary(0.5), 0.7);
  assert.equal(game.payoffs(0.5, 1).outside, 1);
  const areas = Object.values(game.areas(2, 2));
  assert.ok(Math.abs(areas.reduce((sum, area) => sum + area) - 4) < 1e-9);
  const poor = new Game({ ...params, valuation: 1 });
  assert.equal(poor.rewardBand(), undefined);
});

test('gradients are those of the vectors', async () => {
  const file = new URL('../../../tests/vectors/sensitivity.json', import.meta.url);
  const vectors = JSON.parse(await readFile(file, 'utf8'));
  assert.ok(vectors.length >= 5);
  for (const { params: said, reward, floor, ceiling, resting_price: resting } of vectors) {
    const game = new Game({
      fee: said.fee,
      outsideBase: said.outside_base,
      outsideRate: said.outside_rate,
      outsideQuantity: said.outside_quantity,
      valuation: said.valuation,
    });
    alike(game.floorGradient(), floor);
    alike(game.restingPriceGradient(reward), resting);
    const found = game.ceilingGradient();
    if (ceiling === null) assert.equal(found, undefined);
    else alike(found, ceiling);
  }
});

function alike(found, expected) {
  const named = [
    found.fee,
    found.outsideBase,
    found.outsideRate,
    found.outsideQuantity,
    found.valuation,
    found.reward,
  ];
  assert.equal(Object.keys(found).length, named.length);
  Object.entries(expected).forEach(([name, value], at) => {
    const difference = Math.abs(named[at] - Number(value));
    assert.ok(difference <= 1e-11 * Math.abs(Number(value)), `${name}: ${named[at]} ${value}`);
  });
}
