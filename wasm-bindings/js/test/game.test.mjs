// The game of many parties, through the package alone: each move is signed by who makes it, is the
// call of a contract, and leads where the core says; each verdict becomes a file.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Domain, Signer, hash } from '@pinfi/sdk';
import { call } from '@pinfi/sdk/evm';
import { Ledger } from '@pinfi/sdk/ledger';
import { prove } from '@pinfi/sdk/prove';
import { recordGame, verifyGame, verifyTranscript } from '@pinfi/sdk/verify';
import { ALICE, HOUR, PIN, contracts, params } from './fixture.mjs';

/** @typedef {import('@pinfi/sdk').Hex} Hex */

const [provider, accuser, renter] = ['11', '22', '33'].map(
  (byte) => new Signer(/** @type {Hex} */ (`0x${byte.repeat(32)}`)),
);
const domain = new Domain({ chainId: 31_337n, ledger: ALICE });
const drawn = (/** @type {string} */ byte) => hash(`0x${byte.repeat(32)}`);
const BOND = 25n * PIN;
const Q = 32;
const pocps = { ...params.pocps, window: 60n, dispute: 120n, bond: BOND, accuserBps: 3_000 };
const folder = new URL('../../../tests/vectors/transcripts/', import.meta.url);

/** An LP's device, an accuser and a client; the pool's next epoch begins. */
function table() {
  const config = { chainId: 31_337n, address: ALICE, minter: ALICE, supplyCap: 10n ** 26n };
  const ledger = new Ledger({ config });
  for (const { address: to } of [provider, accuser, renter]) {
    ledger.apply({ type: 'Mint', to, amount: 10_000n * PIN }, { sender: ALICE, now: 0n });
  }
  const market = { ledger, now: 0n };
  act(market, provider, { type: 'CreatePool', params: { ...params, pocps } });
  act(market, provider, { type: 'Burn', pool: 0, gs: 50n * HOUR });
  act(market, provider, { type: 'Stake', certificate: 0n, expiry: 50n * HOUR, maxFee: PIN });
  act(market, provider, { type: 'OpenLiquidity', stake: 0n, tokens: 100n * PIN });
  market.now = HOUR;
  return market;
}

/** Signs an action, takes it for whom the signature says, and applies it. */
function act({ ledger, now }, signer, action, randomness = drawn('00')) {
  const sender = domain.recover(signer.sign(domain, action, { nonce: 0n, deadline: now + 600n }));
  return ledger.apply(action, { sender, now, randomness });
}

/** A move of the game: the same, and the call of its contract. */
function move(market, signer, action, randomness) {
  const { to, data } = call(contracts, action);
  assert.equal(to, contracts.game);
  assert.match(data, /^0x[0-9a-f]{8}([0-9a-f]{64})+$/);
  return act(market, signer, action, randomness);
}

/** Opens the epoch and commits to honest work. */
async function committed(market) {
  const { ledger } = market;
  const [opened] = move(market, accuser, { type: 'OpenEpoch', pool: 0 }, drawn('e0'));
  const { id: epoch, randomness } = ledger.epoch(0);
  assert.deepEqual([opened.type, opened.epoch, opened.randomness], ['EpochOpened', epoch, randomness]);
  const inputs = ledger.seedInputs(0n, epoch, randomness);
  const proof = await prove({ seed: inputs, n: pocps.n, rounds: pocps.rounds }, { device: 'cpu' });
  market.now += 12n;
  move(market, provider, { type: 'CommitToEpoch', stake: 0n, epoch, root: proof.root });
  return { epoch, inputs, proof };
}

/** Accuses a sample, and records what draws its place. */
function accused(market, epoch, sample) {
  const [made] = move(market, accuser, { type: 'Accuse', stake: 0n, epoch, sample });
  assert.deepEqual([made.type, made.accuser, made.bond], ['Accused', accuser.address, BOND]);
  market.now += 1n;
  const [recorded] = move(market, renter, { type: 'RecordBeacon', stake: 0n, epoch, sample }, drawn('be'));
  assert.deepEqual([recorded.type, recorded.beacon, recorded.due], ['BeaconRecorded', drawn('be'), true]);
  return recorded.beacon;
}

/** The stake's trial, which has a commitment. */
function trialOf(market) {
  /** @type {import('@pinfi/sdk/ledger').Trial} */
  const trial = market.ledger.trials(0n)[0];
  const { committed: commitment } = trial;
  assert.ok(commitment);
  return { ...trial, commitment };
}

/** What a verifier keeps of it. */
function recorded(market, { inputs }, openings = {}, response) {
  const { root, beacon, accusations } = trialOf(market).commitment;
  const proofs = [...accusations].map(([sample, made]) => ({ sample, beacon: made.beacon, opening: openings[sample] }));
  return recordGame({ inputs, params: pocps, root, beacon, response, proofs });
}

test('moves out of turn are refused', async () => {
  const market = table();
  const refused = (signer, action, code) => assert.throws(() => move(market, signer, action), { code });
  const at = { stake: 0n, epoch: 1n };
  refused(provider, { type: 'CommitToEpoch', ...at, root: drawn('00') }, 'NoChallenge');
  refused(accuser, { type: 'Accuse', ...at, sample: 0 }, 'NoChallenge');
  refused(accuser, { type: 'MissedEpoch', ...at }, 'NoChallenge');
  refused(accuser, { type: 'Complain', stake: 0n }, 'NotRenter');
  assert.deepEqual([market.ledger.epoch(0), market.ledger.trials(0n)], [undefined, []]);
  assert.throws(() => market.ledger.epoch(1), { code: 'UnknownPool' });
  assert.throws(() => market.ledger.trials(1n), { code: 'UnknownStake' });
  assert.throws(() => market.ledger.seedInputs(1n, 1n, drawn('00')), { code: 'UnknownStake' });

  const { epoch, proof } = await committed(market);
  refused(accuser, { type: 'OpenEpoch', pool: 0 }, 'EpochOpen');
  refused(accuser, { type: 'MissedEpoch', stake: 0n, epoch }, 'AlreadyCommitted');
  refused(accuser, { type: 'Accuse', stake: 0n, epoch, sample: Q }, 'BadParameter');
  refused(accuser, { type: 'RecordBeacon', stake: 0n, epoch, sample: Q }, 'BeaconNotYet');
  refused(accuser, { type: 'Convict', stake: 0n, epoch, sample: 7 }, 'NoAccusation');
  refused(accuser, { type: 'Conclude', stake: 0n, epoch }, 'DeadlineNotPassed');
  const beacon = accused(market, epoch, 7);
  const opening = await proof.openSample(beacon, 7);
  refused(accuser, { type: 'Prove', stake: 0n, epoch, sample: 7, opening }, 'NotOwner');
  refused(provider, { type: 'Prove', stake: 0n, epoch, sample: 8, opening }, 'NoAccusation');
  refused(provider, { type: 'Prove', stake: 0n, epoch, sample: 7, opening: opening.slice(0, -2) }, 'BadValue');
  const another = await proof.openSample(beacon, 8);
  refused(provider, { type: 'Prove', stake: 0n, epoch, sample: 7, opening: another }, 'MalformedResponse');
});

test('an accused provider that proves its sample has the bond, and passes', async () => {
  const market = table();
  const trial = await committed(market);
  const { epoch, proof } = trial;
  market.now += 1n;
  const [{ beacon: own }] = move(market, renter, { type: 'RecordBeacon', stake: 0n, epoch, sample: Q }, drawn('b0'));
  const opening = await proof.openSample(accused(market, epoch, 7), 7);
  const [proved] = move(market, provider, { type: 'Prove', stake: 0n, epoch, sample: 7, opening });
  assert.deepEqual([proved.type, proved.bond], ['Proved', BOND]);
  const { commitment: said, seed, over } = trialOf(market);
  assert.deepEqual([said.root, said.beacon, over], [proof.root, own, false]);
  assert.deepEqual(said.accusations.get(7), {
    accuser: accuser.address,
    // The provider has it.
    bond: 0n,
    made: market.now - 1n,
    order: 0,
    beacon: drawn('be'),
    proved: true,
  });
  assert.match(seed, /^0x[0-9a-f]{64}$/);

  const { response } = await proof.open(own, Q);
  const published = recorded(market, trial, { 7: opening }, response);
  assert.deepEqual(verifyGame(published), { verdict: 'passed' });
  const withheld = verifyGame(recorded(market, trial, { 7: opening }));
  assert.deepEqual(withheld, { verdict: 'passed', published: '0 openings where 32 are asked' });

  market.now = said.proveBy + 1n;
  const events = move(market, renter, { type: 'Conclude', stake: 0n, epoch });
  assert.ok(events.some((event) => event.type === 'Concluded' && event.counted));
  assert.equal(market.ledger.stake(0n).passed, 1);
});

test('a provider that is silent, or opens something else, loses its stake to the accuser', async () => {
  const market = table();
  const trial = await committed(market);
  const { epoch, proof } = trial;
  const opening = await proof.openSample(accused(market, epoch, 7), 7);
  const silent = { ...market, ledger: Ledger.fromSnapshot(market.ledger.snapshot()) };
  silent.now += 200n;
  const before = silent.ledger.balanceOf(accuser.address);
  const convicted = move(silent, renter, { type: 'Convict', stake: 0n, epoch, sample: 7 });
  assert.deepEqual(convicted.map(({ type }) => type), ['Slashed', 'Convicted']);
  const [, { accuser: paid, bond, share }] = convicted;
  assert.deepEqual([paid, bond], [accuser.address, BOND]);
  // Three tenths of what the pool has left of the 100 PIN.
  assert.ok(share > 29n * PIN && share < 30n * PIN, String(share));
  assert.equal(silent.ledger.balanceOf(accuser.address), before + bond + share);
  assert.deepEqual(verifyGame(recorded(market, trial)), {
    verdict: 'notProved',
    sample: 7,
    published: '0 openings where 32 are asked',
  });

  // The last byte is of a path.
  const wrong = opening.replace(/..$/, (byte) => (byte === '00' ? '01' : '00'));
  const transcript = recorded(market, trial, { 7: wrong });
  assert.deepEqual(verifyGame(transcript), {
    verdict: 'failed',
    fault: 'the next row of opening 7 is not under the root',
    published: '0 openings where 32 are asked',
  });
  const failed = move(market, provider, { type: 'Prove', stake: 0n, epoch, sample: 7, opening: wrong });
  assert.deepEqual(failed.map(({ type }) => type), ['Slashed', 'Convicted']);
});

test('who does not commit fails, and a client may complain once', async () => {
  const market = table();
  const [{ epoch }] = move(market, accuser, { type: 'OpenEpoch', pool: 0 }, drawn('e0'));
  const rental = /** @type {const} */ ({ type: 'Rent', pool: 0, stakes: [0n], until: 10n * HOUR, maxCost: 100n * PIN });
  act(market, renter, rental);
  const [complained] = move(market, renter, { type: 'Complain', stake: 0n }, drawn('c0'));
  assert.equal(complained.type, 'Complained');
  assert.ok(complained.epoch >= 1n << 63n);
  assert.equal(market.ledger.trials(0n)[0].commitBy, market.now + 2n * pocps.window);
  assert.throws(() => move(market, renter, { type: 'Complain', stake: 0n }), { code: 'AlreadyComplained' });
  market.now += 61n;
  const missed = move(market, accuser, { type: 'MissedEpoch', stake: 0n, epoch });
  assert.deepEqual(missed.map(({ type }) => type), ['Slashed', 'CommitmentMissed']);
  assert.equal(market.ledger.stake(0n).state, 'slashed');
});

test('a key that the provider has appointed commits in its place, and no other', () => {
  const market = table();
  const stake = 0n;
  const appoint = { type: 'Appoint', stake, operator: renter.address, until: 2n * HOUR };
  assert.throws(() => market.ledger.operator(9n), { code: 'UnknownStake' });
  assert.equal(market.ledger.operator(stake), undefined);
  assert.throws(() => move(market, renter, appoint), { code: 'NotOwner' });
  const [appointed] = move(market, provider, appoint);
  assert.deepEqual(appointed, { type: 'Appointed', stake, operator: renter.address, until: 2n * HOUR });
  assert.deepEqual(market.ledger.operator(stake), { account: renter.address, until: 2n * HOUR });
  const [{ epoch }] = move(market, accuser, { type: 'OpenEpoch', pool: 0 }, drawn('e0'));
  const commit = { type: 'CommitToEpoch', stake, epoch, root: drawn('aa') };
  assert.throws(() => move(market, accuser, commit), { code: 'NotOwner' });
  assert.equal(move(market, renter, commit)[0].type, 'EpochCommitted');
});

test('announce says where a device is reached until its owner takes it back, and nobody else says it', () => {
  const market = table();
  const stake = 0n;
  const said = { key: drawn('e1'), relay: 'https://relay.example:4433' };
  const announce = { type: 'Announce', stake, ...said };
  assert.throws(() => move(market, renter, announce), { code: 'NotOwner' });
  const insecure = { ...announce, relay: 'http://relay.example' };
  assert.throws(() => move(market, provider, insecure), { code: 'BadParameter', values: { name: 'relay' } });
  assert.equal(market.ledger.endpoint(stake), undefined);
  assert.deepEqual(move(market, provider, announce), [{ type: 'Announced', stake, ...said }]);
  assert.deepEqual(market.ledger.endpoint(stake), said);
  move(market, provider, { type: 'Announce', stake, key: `0x${'00'.repeat(32)}`, relay: '' });
  assert.equal(market.ledger.endpoint(stake), undefined);
  assert.throws(() => market.ledger.endpoint(9n), { code: 'UnknownStake' });
});

test('recordGame refuses what makes no transcript', async () => {
  const market = table();
  const trial = await committed(market);
  const { proof, inputs } = trial;
  const { response } = await proof.open(drawn('b0'), Q);
  const whole = { inputs, params: pocps, root: proof.root, proofs: [] };
  assert.throws(() => recordGame({ ...whole, params: { ...pocps, n: 65 } }), { code: 'BadParameter', values: { name: 'n' } });
  assert.throws(() => recordGame({ ...whole, root: drawn('00'), response }), { code: 'MalformedInput' });
  assert.throws(() => recordGame({ ...whole, response: '0x00' }), { code: 'MalformedInput' });
  assert.throws(() => recordGame({ ...whole, proofs: [{ sample: 1, opening: '0x' }] }), { code: 'MalformedInput' });
});

test('verifyGame passes what the core has kept, and nothing that claims another verdict', async () => {
  const read = (name) => readFile(new URL(`${name}.json`, folder), 'utf8');
  const [proved, failed] = [await read('proved'), await read('failed')];
  assert.equal(verifyGame(proved).verdict, 'passed');
  assert.equal(verifyGame(failed).verdict, 'failed');
  const verdict = /"verdict": \{[\s\S]*?\n  \}/;
  assert.match(failed, verdict);
  assert.throws(() => verifyGame(failed.replace(verdict, '"verdict": "Passed"')), { code: 'WrongOutcome' });
  assert.throws(() => verifyGame('{}'), { code: 'MalformedInput' });
  // Each kind of file is the other's function's to refuse.
  assert.throws(() => verifyTranscript(proved), { code: 'MalformedInput' });
});
