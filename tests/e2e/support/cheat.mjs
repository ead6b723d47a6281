// A provider that leaves out one tile of the first product, and commits to what it has all the same. At n = 64
// a product has one tile: all rows of X_1 are false, and all that is checked of X_2 follows from none of them.
// It plays by the SDK and one of anvil's accounts; the page has no way to cheat.

import assert from 'node:assert/strict';
import { prove } from '../../../wasm-bindings/js/dist/prove.inline.js';
import { assertEventually } from './app.mjs';

/** How many samples are opened at once to learn all rows of the honest work. */
const MANY = 1_024;

export class Cheat {
  #devnet;
  #board;
  #account;
  #stake;
  #pocps;

  constructor({ devnet, board, account, stake, pocps }) {
    this.#devnet = devnet;
    this.#board = board;
    this.#account = account;
    this.#stake = stake;
    this.#pocps = pocps;
  }

  /** Commits to false work in the pool's open epoch. */
  async commit() {
    const { core } = await this.#devnet.read();
    const { pool } = core.stake(this.#stake);
    const { n, rounds, samples } = this.#pocps;
    const { id: epoch, randomness } = core.epoch(pool);
    const honest = await prove(
      { seed: core.seedInputs(this.#stake, epoch, randomness), n, rounds },
      { device: 'cpu' },
    );
    const rows = await rowsOf(honest, { n, rounds });
    honest.free();
    for (const row of rows.slice(0, n)) {
      for (let word = 0; word < n; word += 1) row[4 * word] ^= 1;
    }
    this.work = { n, rounds, samples, epoch };
    this.rows = rows;
    this.levels = await this.#tree(rows);
    await this.#act({ type: 'CommitToEpoch', stake: this.#stake, epoch, root: hex(this.root) });
  }

  get root() {
    return this.levels.at(-1)[0];
  }

  /** Publishes the openings that the commitment's beacon draws, as an honest provider would. */
  async publish() {
    const beacon = await this.#beacon(this.work.samples);
    const openings = [];
    for (let sample = 0; sample < this.work.samples; sample += 1) {
      openings.push(await this.#open(beacon, sample));
    }
    const body = Buffer.concat([sized(this.root), varint(openings.length), ...openings]);
    const answer = await fetch(`${this.#board.url}openings/${hex(this.root)}`, { method: 'PUT', body });
    assert.equal(answer.status, 204);
  }

  /** Opens an accused sample on the chain: the rows that it has committed to. */
  async prove(sample) {
    const opening = hex(await this.#open(await this.#beacon(sample), sample));
    const { epoch } = this.work;
    await this.#act({ type: 'Prove', stake: this.#stake, epoch, sample, opening });
  }

  /** What draws the place of a sample, or all places of the commitment; it records it where nobody has. */
  async #beacon(sample) {
    const { epoch, samples } = this.work;
    let found;
    await assertEventually(async () => {
      const { core } = await this.#devnet.read();
      const { committed } = core.trials(this.#stake).find((trial) => trial.epoch === epoch);
      const asked = sample === samples ? committed : committed.accusations.get(sample);
      found = asked?.beacon;
      if (found !== undefined) return true;
      const record = { type: 'RecordBeacon', stake: this.#stake, epoch, sample };
      // The blocks that it is made of may not be there yet.
      await this.#act(record).catch(() => {});
      return false;
    }, () => `sample ${sample} has no beacon`);
    return found;
  }

  async #act(action) {
    await this.#devnet.act(this.#account, action);
  }

  /** The opening of the sample that a beacon draws, as core writes it. */
  async #open(beacon, sample) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(sample);
    const drawn = await this.#keccak(Buffer.concat([this.root, bytes(beacon), number]));
    const { n, rounds } = this.work;
    const [k, i, j] = [drawn.readUInt32LE(0) % rounds, drawn.readUInt32LE(4) % n, drawn.readUInt32LE(8) % n];
    const opened = (state, row) => this.#openRow((state - 1) * n + row);
    // X_0 follows from the seed and is not opened.
    const state = k === 0 ? [Buffer.of(0)] : [Buffer.of(1), opened(k, j)];
    return Buffer.concat([varint(k), varint(i), varint(j), ...state, opened(k + 1, i)]);
  }

  #openRow(leaf) {
    const path = this.levels.slice(0, -1).map((level, height) => level[(leaf >> height) ^ 1]);
    return Buffer.concat([sized(this.rows[leaf]), varint(path.length), ...path.map(sized)]);
  }

  /** The Merkle tree over rows: its levels, from the leaves to the root. */
  async #tree(rows) {
    const levels = [await Promise.all(rows.map((row) => this.#keccak(row)))];
    while (levels.at(-1).length > 1) {
      const below = levels.at(-1);
      const pairs = below.filter((_, place) => place % 2 === 0).map((left, pair) => [left, below[2 * pair + 1]]);
      levels.push(await Promise.all(pairs.map((pair) => this.#keccak(Buffer.concat(pair)))));
    }
    return levels;
  }

  /** The chain's own hash: Node has SHA-3, which is another. */
  async #keccak(data) {
    return bytes(await this.#devnet.rpc('web3_sha3', [hex(data)]));
  }
}

/** All committed rows of an honest proof, state after state: drawn by beacons until all have been opened. */
async function rowsOf(proof, { n, rounds }) {
  const rows = new Array(n * rounds);
  for (let beacon = 1; Object.keys(rows).length < rows.length; beacon += 1) {
    const { response } = await proof.open(`0x${String(beacon).padStart(64, '0')}`, MANY);
    const read = new Reader(bytes(response));
    read.sized();
    for (let left = read.varint(); left > 0; left -= 1) {
      const [k, i, j] = [read.varint(), read.varint(), read.varint()];
      if (read.byte() === 1) rows[(k - 1) * n + j] = read.row();
      rows[k * n + i] = read.row();
    }
  }
  return rows;
}

/** Reads what core writes: postcard, https://postcard.jamesmunns.com. */
class Reader {
  #bytes;
  #at = 0;

  constructor(from) {
    this.#bytes = from;
  }

  byte() {
    return this.#bytes[this.#at++];
  }

  varint() {
    let number = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      number += (byte & 0x7f) << shift;
      if (byte < 0x80) return number;
    }
  }

  sized() {
    const length = this.varint();
    this.#at += length;
    return Buffer.from(this.#bytes.subarray(this.#at - length, this.#at));
  }

  /** A row; its path is passed over. */
  row() {
    const row = this.sized();
    for (let left = this.varint(); left > 0; left -= 1) this.sized();
    return row;
  }
}

function varint(number) {
  const out = [];
  for (let rest = number; ; rest >>= 7) {
    if (rest < 0x80) return Buffer.from([...out, rest]);
    out.push((rest & 0x7f) | 0x80);
  }
}

const sized = (data) => Buffer.concat([varint(data.length), data]);
const bytes = (text) => Buffer.from(text.slice(2), 'hex');
const hex = (data) => `0x${data.toString('hex')}`;
