import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash } from '@pinfi/sdk';
import { gpuCapabilities, prove } from '@pinfi/sdk/prove';
import { verifyTranscript } from '@pinfi/sdk/verify';
import { ALICE, BOB } from './fixture.mjs';

const seed = hash(`0x${'51'.repeat(32)}`);
const beacon = hash(`0x${'be'.repeat(32)}`);
const task = { seed, n: 64, rounds: 4 };

test('prove refuses what is no task, and one that no tab can hold', async () => {
  await assert.rejects(prove({ ...task, n: 63 }, { device: 'cpu' }), { code: 'MalformedInput' });
  await assert.rejects(prove({ ...task, n: 8_192 }, { device: 'cpu' }), {
    code: 'WorkTooLarge',
    values: { needed: 4n * 4n * 8_192n ** 2n, limit: 512n << 20n },
  });
});

test('there is no GPU here: auto takes the CPU, gpu says so', async () => {
  await assert.rejects(prove(task, { device: 'gpu' }), { code: 'NoAdapter' });
  await assert.rejects(gpuCapabilities(), { code: 'NoAdapter' });
  const proof = await prove(task);
  assert.equal(proof.device, 'cpu');
});

test('prove stops when it is told to', async () => {
  const signal = AbortSignal.abort();
  const large = { seed, n: 512, rounds: 64 };
  await assert.rejects(prove(large, { device: 'cpu', signal }), { code: 'Cancelled' });
});

test('a proof opens to a transcript that anyone can check', async () => {
  const origin = {
    chainId: 1n,
    contract: ALICE,
    stake: 3n,
    provider: BOB,
    epoch: 7n,
    randomness: beacon,
  };
  const fractions = [];
  const options = { device: /** @type {const} */ ('cpu'), onProgress: (at) => fractions.push(at) };
  const proof = await prove({ seed: origin, n: 256, rounds: 16 }, options);
  const { response, transcript } = await proof.open(beacon, 32);
  assert.deepEqual(verifyTranscript(transcript), { passed: true });
  assert.match(response, /^0x([0-9a-f]{2})+$/);
  const recorded = JSON.parse(transcript);
  assert.equal(recorded.root, proof.root);
  assert.equal(recorded.origin.Inputs.provider, BOB);
  assert.ok(fractions.every((at) => at >= 0 && at <= 1));
  assert.notEqual((await prove({ ...task, n: 64 })).root, proof.root);
  proof.free();
});
