// What is refused before anything is dialled, and how runs are iterated. That jobs run on a device is
// tried in a browser: smoke/session.test.mjs.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { PinFiError, Run, connect, jobBytes, judgeJob } from '@pinfi/sdk/session';
import { ALICE, BOB } from './fixture.mjs';

const id = /** @type {const} */ (`0x${'07'.repeat(16)}`);
const options = {
  key: /** @type {const} */ (`0x${'00'.repeat(32)}`),
  relay: 'http://localhost:3340',
  stake: 5n,
  rental: 6n,
  client: ALICE,
  signers: [BOB],
  domain: { chainId: 31_337n, ledger: ALICE },
  sign: async () => /** @type {const} */ ('0x'),
};
const floats = (/** @type {number} */ count) => new Float32Array(count).fill(0.5);
const search = { hashSearch: { text: new Uint8Array(1), start: 0n, segments: 8, zeroBits: 12 } };
const product = {
  matrixProduct: {
    scalar: /** @type {const} */ ('u32'),
    rows: 2,
    inner: 3,
    columns: 1,
    a: new Uint32Array(6),
    b: new Uint32Array(3),
  },
};
const squares = {
  source: `@group(0) @binding(0) var<storage, read> numbers: array<u32>;
@group(0) @binding(1) var<storage, read_write> squares: array<u32>;
@compute @workgroup_size(4) fn main(@builtin(global_invocation_id) id: vec3u) {
  squares[id.x] = numbers[id.x] * numbers[id.x];
}`,
  // As the page takes it, from JSON.
  ...JSON.parse(`{
    "buffers": [
      { "binding": 0, "element": "u32", "words": 4, "role": "input", "values": [0, 1, 2, 3] },
      { "binding": 1, "element": "u32", "words": 4, "role": "output" }
    ],
    "plan": [{ "entry": "main", "groups": [1, 1, 1] }]
  }`),
};

/** Changes one thing of the work's parameters. */
const changed = (/** @type {Record<string, object>} */ work, /** @type {object} */ change) => {
  const [[kind, what]] = /** @type {[[string, object]]} */ (Object.entries(work));
  return /** @type {import('@pinfi/sdk/session').Work} */ ({ [kind]: { ...what, ...change } });
};

test('nothing works before load', () => {
  // In a process of its own: here the Wasm is inside the module.
  const script = `import('${new URL('../dist/session.js', import.meta.url)}').then(async (sdk) => {
    const codes = [];
    try { sdk.judgeJob(new Uint8Array(1)); } catch (error) { codes.push(error.code); }
    await sdk.connect({}).catch((error) => codes.push(error.code));
    console.log(JSON.stringify(codes));
  })`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(said), ['NotLoaded', 'NotLoaded']);
});

test('connect refuses what is no order, by what is wrong with it', async () => {
  const refused = (/** @type {object} */ change, /** @type {string} */ code) =>
    assert.rejects(connect({ ...options, ...change }), { name: 'PinFiError', code });
  await refused({ key: '0x00' }, 'MalformedInput');
  await refused({ key: undefined }, 'MalformedInput');
  // No point of the curve has the height 2.
  await refused({ key: `0x02${'00'.repeat(31)}` }, 'DialKey');
  await refused({ relay: 'nowhere' }, 'DialRelay');
  await refused({ relay: undefined }, 'MalformedInput');
  await refused({ stake: 5 }, 'MalformedInput');
  await refused({ rental: -1n }, 'MalformedInput');
  await refused({ client: '0x1234' }, 'MalformedInput');
  await refused({ signers: [] }, 'MalformedInput');
  await refused({ signers: ['nobody'] }, 'MalformedInput');
  await refused({ domain: { chainId: 1n, ledger: 'nowhere' } }, 'MalformedInput');
  await refused({ sign: undefined }, 'MalformedInput');
});

test('a host without WebSocket says so before anything is dialled', async () => {
  const { WebSocket } = globalThis;
  Reflect.deleteProperty(globalThis, 'WebSocket');
  try {
    await assert.rejects(connect(options), { code: 'NoWebSocket' });
  } finally {
    if (WebSocket !== undefined) globalThis.WebSocket = WebSocket;
  }
});

test('a job that is malformed is refused by its place', () => {
  const refused = (/** @type {any} */ job, /** @type {RegExp} */ message) =>
    assert.throws(() => judgeJob(job), (/** @type {PinFiError} */ error) => {
      assert.equal(error.code, 'MalformedInput', error.message);
      assert.match(error.message, message);
      return true;
    });
  refused(undefined, /work is one of matrixProduct/);
  refused({}, /work is one of/);
  refused({ ...search, ...product }, /work is one of/);
  refused({ toString: {} }, /work is one of/);
  refused({ hashSearch: undefined }, /hashSearch/);
  refused(new Uint8Array(3), /no job/);
  refused(changed(search, { text: 'text' }), /text is no Uint8Array/);
  refused(changed(search, { zeroBits: undefined }), /zero_bits/);
  refused(changed(search, { segments: -1 }), /-1/);
  refused(changed(product, { a: new Float32Array(6) }), /a is no Uint32Array/);
  refused(changed(product, { scalar: 'f64' }), /F64/);
  const module = (/** @type {object} */ change) => ({ module: { ...squares, ...change } });
  const buffer = (/** @type {object} */ change) => module({ buffers: [{ ...squares.buffers[0], ...change }] });
  refused(module({ plan: undefined }), /module/);
  refused(module({ source: 1 }), /string/);
  refused(buffer({ values: [1, -1] }), /buffers\[0\]\.values\[1\]: -1 is no u32/);
  refused(buffer({ values: [1.5] }), /1\.5 is no u32/);
  refused(buffer({ element: 'u8' }), /u8/);
  refused(buffer({ role: 'none' }), /None/);
  refused(buffer({ values: new Float64Array(4) }), /buffers\[0\]\.values is no/);
  assert.throws(() => jobBytes(search, { id: '0x07' }), { code: 'MalformedInput' });
  assert.throws(() => jobBytes(search, { grain: 41 }), { code: 'MalformedInput' });
  assert.throws(() => jobBytes(search, { grain: 0.5 }), { code: 'MalformedInput' });
});

test('a job that no device would run is refused, and why is said', () => {
  const refused = (/** @type {any} */ job, /** @type {RegExp} */ message) =>
    assert.throws(() => judgeJob(job), (/** @type {PinFiError} */ error) => {
      assert.equal(error.code, 'JobRefused', error.message);
      assert.match(error.message, message);
      return true;
    });
  refused(changed(search, { segments: 1 << 21 }), /2097152/);
  refused(changed(product, { a: new Uint32Array(5) }), /24 bytes, 20 were sent/);
  refused({ module: { ...squares, source: 'fn' } }, /line 1/);
  refused({ module: { ...squares, buffers: [] } }, /Buffers is 0/);
  refused({ module: { ...squares, source: ' '.repeat(70 << 10) } }, /SourceBytes/);
});

test('each kind of job is taken', () => {
  const steps = (/** @type {import('@pinfi/sdk/session').Work} */ work, grain = 0) => judgeJob(work, { grain }).steps;
  assert.equal(steps(search), 8);
  assert.equal(steps(product), 2);
  const numbers = { scalar: /** @type {const} */ ('f32'), a: floats(6), b: floats(3) };
  assert.equal(steps({ matrixProduct: { rows: 2, inner: 3, columns: 1, ...numbers } }), 2);
  const image = { width: 2, height: 3, pixels: new Uint8ClampedArray(24) };
  assert.equal(steps({ imageFilter: { ...image, filter: 'sobel' } }), 3);
  assert.equal(steps({ imageFilter: { ...image, filter: { boxBlur: { radius: 1 } } } }), 3);
  const convolution = { radius: 0, weights: [-2], divisor: 1, bias: -1 };
  assert.equal(steps({ imageFilter: { ...image, pixels: new Uint8Array(24), filter: { convolution } } }), 3);
  const option = { spot: 100, strike: 105.5, rate: 0.05, volatility: 0.2, years: 1, moments: 3, paths: 16 };
  const payoff = { payoff: /** @type {const} */ ('put'), averaging: /** @type {const} */ ('mean') };
  assert.equal(steps({ monteCarlo: { ...payoff, ...option, lanes: 4, seed: 2n ** 64n - 1n } }), 4);
  const layers = [{ neurons: 3, activation: /** @type {const} */ ('relu') }];
  assert.equal(steps({ perceptron: { inputs: 4, layers, weights: floats(15), items: 2, batch: floats(8) } }), 2);
  assert.equal(steps({ module: squares }), 1);
  const plan = [{ ...squares.plan[0], repeat: 5, shows: [1] }];
  const [numbersIn, out] = squares.buffers;
  const packed = { ...numbersIn, values: Uint32Array.of(0, 1, 2, 3) };
  const judged = judgeJob({ module: { ...squares, buffers: [packed, out], plan } });
  assert.deepEqual([judged.steps, judged.outputBytes], [5, 80n]);
});

test('the same job under the same name is the same bytes, however its numbers are handed in', () => {
  const bytes = jobBytes({ module: squares }, { id });
  const [input, out] = squares.buffers;
  const packed = { module: { ...squares, buffers: [{ ...input, values: Uint32Array.of(0, 1, 2, 3) }, out] } };
  assert.deepEqual(jobBytes(packed, { id }), bytes);
  assert.equal(judgeJob(bytes).inputHash, judgeJob(packed, { id }).inputHash);
  assert.notEqual(judgeJob(packed).inputHash, judgeJob(packed).inputHash, 'a name is drawn for each');
  const { hashSearch } = search;
  const within = new Uint8Array([9, 0, 9]).subarray(1, 2);
  assert.deepEqual(jobBytes({ hashSearch: { ...hashSearch, text: within } }, { id }), jobBytes(search, { id }));
});

/** A run as a session makes it, and how often it was stopped. */
function begun(steps = 2) {
  const counts = { stopped: 0 };
  const stop = () => {
    counts.stopped += 1;
  };
  // The constructor is the package's own.
  const run = new /** @type {any} */ (Run)(id, steps, stop);
  return { run, counts };
}

const step = { type: 'step', busyMillis: 1, pieces: [] };
const failure = () => new PinFiError('JobOutOfTime', 'too long');

test('a run that fails throws where it is iterated, after what came before, and where it is awaited', async () => {
  const { run, counts } = begun();
  const seen = [];
  const iterated = assert.rejects(
    (async () => {
      for await (const { type, done } of run) seen.push([type, done]);
    })(),
    { code: 'JobOutOfTime' },
  );
  run.happened({ type: 'accepted', ahead: 0 });
  run.happened(step, 1);
  run.failed(failure());
  await iterated;
  assert.deepEqual(seen, [['accepted', 0], ['step', 1]]);
  await assert.rejects(run.result, { code: 'JobOutOfTime' });
  run.cancel();
  assert.equal(counts.stopped, 0, 'what has ended is not cancelled');
  await assert.rejects(run[Symbol.asyncIterator]().next(), { code: 'JobOutOfTime' });
});

test('leaving the loop cancels the job, once', async () => {
  const { run, counts } = begun();
  const reader = run[Symbol.asyncIterator]();
  run.happened(step, 1);
  run.happened(step, 2);
  for await (const { done } of { [Symbol.asyncIterator]: () => reader }) {
    assert.equal(done, 1);
    break;
  }
  assert.equal(counts.stopped, 1);
  assert.deepEqual(await reader.next(), { done: true, value: undefined });
  await reader.return();
  assert.equal(counts.stopped, 1);
});

test('an iterator gets what comes from its beginning on, in order, and the end', async () => {
  const { run } = begun(3);
  run.happened(step, 1);
  const early = run[Symbol.asyncIterator]();
  const waiting = [early.next(), early.next()];
  run.happened({ type: 'lost', reason: 'gone' });
  run.happened({ type: 'resumed' });
  run.happened(step, 2);
  run.happened(step, 3);
  run.succeeded({ outputs: [], receipt: {} });
  const first = await Promise.all(waiting);
  const told = first.map(({ value }) => [value.type, value.done, value.steps]);
  assert.deepEqual(told, [['lost', 1, 3], ['resumed', 1, 3]]);
  const rest = [];
  for await (const { type, done } of { [Symbol.asyncIterator]: () => early }) rest.push([type, done]);
  assert.deepEqual(rest, [['step', 2], ['step', 3], ['done', 3]]);
  const late = [];
  for await (const { type } of run) late.push(type);
  assert.deepEqual(late, ['done']);
  assert.deepEqual(await run.result, { outputs: [], receipt: {} });
});
