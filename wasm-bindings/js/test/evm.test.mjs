import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash } from '@pinfi/sdk';
import { Chain, PinFiError, addressBook, call, decodeLog, decodeRevert, multicall } from '@pinfi/sdk/evm';
import { Ledger } from '@pinfi/sdk/ledger';
import { ALICE, BOB, book, contracts } from './fixture.mjs';

const collect = /** @type {const} */ ({ type: 'Collect', stake: 3n });
const open = /** @type {const} */ ({ type: 'OpenEpoch', pool: 0 });
const mint = /** @type {const} */ ({ type: 'Mint', to: BOB, amount: 5n });
const word = (/** @type {bigint} */ value) => value.toString(16).padStart(64, '0');
/** ERC-20's `Transfer(address,address,uint256)`. */
const TRANSFERRED = hash('0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef');

test('call refuses what the contracts do not know', () => {
  for (const action of /** @type {const} */ ([
    { type: 'Challenge', stake: 1n },
    { type: 'Missed', stake: 1n },
    { type: 'Faucet', to: BOB, amount: 1n },
  ])) {
    assert.throws(() => call(contracts, action), { code: 'NotOnChain', values: { name: action.type } });
  }
  // PIN's own are not the market's to join, nor is a move of the game; nor the other way round.
  for (const actions of [[collect, mint], [collect, open], [open, collect], [mint]]) {
    assert.throws(() => multicall(contracts, actions), { code: 'NotOnChain' });
  }
});

test('a log that the market does not write is unreadable', () => {
  const log = { address: contracts.market, topics: [TRANSFERRED], data: /** @type {const} */ ('0x') };
  assert.throws(() => decodeLog(log), { code: 'UnreadableLog' });
  // @ts-expect-error: that is the point.
  assert.throws(() => decodeLog({ ...log, data: 'nothing' }), { code: 'MalformedInput' });
});

test('a revert that no contract says is unknown', () => {
  const unknown = decodeRevert('0x12345678');
  assert.ok(unknown instanceof PinFiError && unknown.code === 'UnknownRevert');
  const panic = decodeRevert(`0x4e487b71${word(0x11n)}`);
  assert.equal(panic.code, 'ContractPanicked');
  const words = decodeRevert(`0x08c379a0${word(32n)}${word(2n)}${'6e6f'.padEnd(64, '0')}`);
  assert.deepEqual([words.code, words.message], ['ContractRefused', 'a contract refused it: no']);
  assert.throws(() => decodeRevert('0x1'), { code: 'MalformedInput' });
});

test('an address book is read as a deployment writes it', () => {
  const { rewards } = book;
  const part = ({ account, shareBps: share, lock }) => ({ account, share, lock: Number(lock) });
  const file = {
    ...book,
    chainId: 1,
    fromBlock: 0,
    supplyCap: String(book.supplyCap),
    rewards: {
      genesis: 0,
      governor: rewards.governor,
      timelock: 1,
      ecosystem: part(rewards.ecosystem),
      team: part(rewards.team),
      providers: rewards.providersBps,
    },
  };
  for (const broken of ['', '{}', JSON.stringify({ ...file, supplyCap: 1e26 }), JSON.stringify({ ...file, chainId: -1 })]) {
    assert.throws(() => addressBook(broken), { code: 'MalformedInput' }, broken);
  }
  assert.deepEqual(addressBook(JSON.stringify(file)), book);
  const codeHashes = { ...contracts };
  for (const name of Object.keys(codeHashes)) codeHashes[name] = TRANSFERRED;
  assert.deepEqual(addressBook(JSON.stringify({ ...file, codeHashes })), { ...book, codeHashes });
});

test('an address book may name the hashes of the codes, and they must be hashes', () => {
  const hashes = (/** @type {import('@pinfi/sdk').Hash} */ one) => ({
    pin: one,
    market: one,
    stakeToken: one,
    hoursToken: one,
    rentalToken: one,
    game: one,
    rewards: one,
  });
  assert.equal(new Chain({ ...book, codeHashes: hashes(TRANSFERRED) }).height, undefined);
  // @ts-expect-error: that is the point.
  const wrong = { ...book, codeHashes: hashes('0x12') };
  assert.throws(() => new Chain(wrong), { code: 'MalformedInput' });
  const { game: _, ...incomplete } = hashes(TRANSFERRED);
  // @ts-expect-error: that is the point.
  assert.throws(() => new Chain({ ...book, codeHashes: incomplete }), { code: 'MalformedInput' });
});

test('call and multicall are the calldata of the contracts', () => {
  const { to, data } = call(contracts, mint);
  // mint(address,uint256)
  assert.deepEqual([to, data], [contracts.pin, `0x40c10f19${BOB.slice(2).padStart(64, '0')}${word(5n)}`]);
  const one = call(contracts, collect);
  assert.equal(one.to, contracts.market);
  assert.equal(one.data.slice(10), word(3n));
  const lock = call(contracts, { type: 'Lock', amount: 7n });
  assert.deepEqual([lock.to, lock.data.slice(10)], [contracts.rewards, word(7n)]);
  const all = multicall(contracts, [collect, collect]);
  assert.equal(all.to, contracts.market);
  assert.equal(all.data.split(one.data.slice(2)).length, 3);
  const moves = multicall(contracts, [open, { type: 'Complain', stake: 3n }]);
  assert.equal(moves.to, contracts.game);
  assert.ok(moves.data.includes(call(contracts, open).data.slice(2)));
});

test('a chain whose blocks are out of order, or whose logs make no history, is not taken', () => {
  const chain = new Chain(book);
  const at = (number) => ({ number, hash: TRANSFERRED, time: number, logs: [] });
  assert.deepEqual(chain.take([at(1n), at(2n)]), []);
  assert.equal(chain.height, 2n);
  assert.throws(() => chain.take([at(2n)]), { code: 'ChainGap' });
  const topics = [TRANSFERRED, hash(`0x${word(BigInt(ALICE))}`), hash(`0x${word(BigInt(BOB))}`)];
  const data = /** @type {const} */ (`0x${word(1n)}`);
  const log = { address: contracts.pin, topics, data, transactionHash: TRANSFERRED };
  // Alice has nothing to pay with.
  assert.throws(() => chain.take([{ ...at(3n), logs: [log] }]), { code: 'ChainGap' });
  assert.equal(chain.height, 2n);
  assert.equal(chain.stepBack(TRANSFERRED), false);
  chain.keep();
  assert.equal(chain.stepBack(TRANSFERRED), true);
  assert.deepEqual(Ledger.fromSnapshot(chain.snapshot()).config().minter, ALICE);
});
