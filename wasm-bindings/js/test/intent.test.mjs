import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Domain, Signer, address, checksum, hash, toJson } from '@pinfi/sdk';
import { ALICE, BOB, params } from './fixture.mjs';

const domain = new Domain({ chainId: 31_337n, ledger: ALICE });
const signer = new Signer(`0x${'46'.repeat(32)}`);
const guards = { nonce: 0n, deadline: 1_800_000_000n };
/** @type {import('@pinfi/sdk').Action<'Collect'>} */
const collect = { type: 'Collect', stake: 3n };

test('address rejects other text and wrong checksums', () => {
  for (const text of ['', '0x', `0x${'a1'.repeat(19)}`, 'a1'.repeat(20), `0x${'g'.repeat(40)}`]) {
    assert.throws(() => address(text), { code: 'MalformedInput' }, text);
  }
  const right = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
  assert.equal(address(right), right.toLowerCase());
  assert.throws(() => address(right.replace('B', 'b')), { code: 'MalformedInput' });
  assert.equal(checksum(address(right.toLowerCase())), right);
});

test('hash rejects what has not 32 bytes', () => {
  assert.throws(() => hash(`0x${'00'.repeat(31)}`), { code: 'MalformedInput' });
  assert.equal(hash(`0x${'Ab'.repeat(32)}`), `0x${'ab'.repeat(32)}`);
});

test('new Signer rejects what is no key, and says nothing of it', () => {
  for (const secret of /** @type {const} */ (['0x', `0x${'00'.repeat(32)}`, `0x${'ff'.repeat(32)}`])) {
    assert.throws(() => new Signer(secret), { code: 'MalformedInput', message: 'this is no secret key' });
  }
});

test('an action that is none is refused by name', () => {
  /** @param {any} action */
  const hashOf = (action) => () => domain.hash(action, guards);
  assert.throws(hashOf({ type: 'Steal', stake: 1n }), {
    code: 'UnknownAction',
    values: { name: 'Steal' },
  });
  assert.throws(hashOf({ type: 'Collect' }), { code: 'MissingField', values: { name: 'stake' } });
  assert.throws(hashOf({ ...collect, all: true }), { code: 'UnknownField', values: { name: 'all' } });
  assert.throws(hashOf({ type: 'Collect', stake: -1n }), { code: 'BadValue' });
  assert.throws(hashOf({ type: 'Lock', amount: 1n << 128n }), { code: 'BadValue' });
  // No float for an amount, however whole it looks.
  for (const amount of [1e18, 0.5, NaN, -1]) {
    assert.throws(hashOf({ type: 'Lock', amount }), { code: 'MalformedInput' });
  }
});

test('a nonce or a deadline that is none is refused, and nothing else is signed', () => {
  for (const strange of [{ ...guards, nonce: -1n }, { ...guards, deadline: 2n ** 256n - 1n }]) {
    assert.throws(() => domain.hash(collect, strange), { code: 'MalformedInput' });
    assert.throws(() => domain.typedData(collect, strange), { code: 'MalformedInput' });
    assert.throws(() => signer.sign(domain, collect, strange), { code: 'MalformedInput' });
  }
});

test('recover refuses another ledger, another signer and a changed action', () => {
  const signed = signer.sign(domain, collect, guards);
  const other = new Domain({ chainId: 1n, ledger: ALICE });
  assert.throws(() => other.recover(signed), { code: 'WrongDomain' });
  assert.throws(() => domain.recover({ ...signed, signer: BOB }), {
    code: 'SignerMismatch',
    values: { claimed: BOB, recovered: signer.address },
  });
  const changed = { ...signed, action: /** @type {const} */ ({ ...collect, stake: 4n }) };
  assert.throws(() => domain.recover(changed), { code: 'SignerMismatch' });
  assert.throws(() => domain.recover({ ...signed, signature: '0x' }), {
    code: 'SignatureLength',
    values: { len: 0n },
  });
  assert.equal(domain.recover(signed), signer.address);
});

test('every action hashes, signs and is written as the vectors of another implementation', async () => {
  const file = new URL('../../../client/tests/vectors/eip712.json', import.meta.url);
  const vectors = JSON.parse(await readFile(file, 'utf8'));
  assert.ok(vectors.length >= 39);
  for (const { encodeType, signingHash, signed } of vectors) {
    const domain = new Domain({ chainId: BigInt(signed.chainId), ledger: signed.ledger });
    const action = actionOf(signed);
    const guards = { nonce: BigInt(signed.nonce), deadline: BigInt(signed.deadline) };
    assert.equal(domain.hash(action, guards), signingHash, signed.action);
    const made = signer.sign(domain, action, guards);
    assert.equal(made.signature, signed.signature, signed.action);
    assert.deepEqual(JSON.parse(toJson(made)), signed);
    assert.equal(domain.recover(made), signed.signer);
    const { types, primaryType } = domain.typedData(action, guards);
    const fields = (types[primaryType] ?? []).map(({ type, name }) => `${type} ${name}`);
    assert.ok(encodeType.startsWith(`${primaryType}(${fields.join(',')})`), encodeType);
  }
});

test('typedData is the message as a wallet shows it', () => {
  const create = /** @type {const} */ ({ type: 'CreatePool', params });
  const { domain: of, types, message } = domain.typedData(create, guards);
  assert.deepEqual(Object.keys(types).sort(), ['CreatePool', 'PocpsParams', 'PoolParams']);
  assert.deepEqual(message, { params, ...guards });
  assert.deepEqual(of, { name: 'PinFi', version: '1', chainId: 31_337, verifyingContract: ALICE });
});

/** An action from the strict JSON: the vectors' form, which the package only writes. */
function actionOf({ action, message }) {
  const nested = { type: action };
  const texts = new Set(['to', 'operator', 'key', 'relay', 'root', 'response', 'opening', 'params.kind']);
  for (const [name, value] of Object.entries(message)) {
    const path = name.split('.');
    const last = /** @type {string} */ (path.pop());
    const owner = path.reduce((inner, part) => (inner[part] ??= {}), nested);
    if (Array.isArray(value)) owner[last] = value.map(BigInt);
    else owner[last] = texts.has(name) ? value : BigInt(value);
  }
  return /** @type {any} */ (nested);
}
