// A chain of one's own with the contracts on it, which a test can stop, start again and look into.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { call, Chain } from '../../../wasm-bindings/js/dist/evm.inline.js';
import { Ledger } from '../../../wasm-bindings/js/dist/ledger.inline.js';
import { assertEventually } from './app.mjs';

const at = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const hex = (number) => `0x${BigInt(number).toString(16)}`;

/** Anvil's first accounts, which it signs for itself, and the key of the first: all know them. */
export const ACCOUNTS = [
  '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266',
  '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
  '0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc',
];
const KEY = 'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
const PIN = 10n ** 18n;
/** Gas, more than any action takes here. */
const GAS = 5_000_000n;

export class Devnet {
  #anvil;

  constructor(folder, port) {
    this.folder = folder;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts a chain and deploys the contracts as `cargo xtask deploy` does. */
  static async begin() {
    const devnet = new Devnet(await mkdtemp(join(tmpdir(), 'pinfi-e2e-')), await freePort());
    await devnet.start();
    const book = join(devnet.folder, 'addresses.json');
    const genesis = String(Math.floor(Date.now() / 86_400_000) * 86_400);
    const words = ['deploy', '--rpc', devnet.url, '--genesis', genesis, '--name', 'Test chain', '--out', book];
    const env = { ...process.env, PINFI_DEPLOYER_KEY: KEY };
    await promisify(execFile)(at('target/debug/pinfi-deploy'), words, { env });
    devnet.bookFile = book;
    devnet.bookText = await readFile(book, 'utf8');
    devnet.book = JSON.parse(devnet.bookText);
    return devnet;
  }

  /** Starts anvil with the state that it had. */
  async start() {
    const system = { darwin: 'darwin', win32: 'win32' }[process.platform] ?? 'linux';
    const machine = process.arch === 'arm64' ? 'arm64' : 'amd64';
    this.#anvil = spawn(
      at(`node_modules/@foundry-rs/anvil-${system}-${machine}/bin/anvil`),
      [
        '--silent', '--port', String(this.port), '--block-time', '1',
        '--state', join(this.folder, 'state.json'), '--state-interval', '1',
        '--preserve-historical-states',
      ],
      { stdio: 'ignore' },
    );
    await assertEventually(() => this.rpc('eth_chainId').then(() => true, () => false), () => 'anvil does not answer');
  }

  /** Ends anvil as a crash does, once its state is on the disk. */
  async kill() {
    await new Promise((done) => setTimeout(done, 2_500));
    const ended = new Promise((done) => this.#anvil.once('exit', done));
    this.#anvil.kill('SIGKILL');
    await ended;
  }

  async end() {
    this.#anvil.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  async rpc(method, params = []) {
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const { result, error } = await answer.json();
    if (error) throw Object.assign(new Error(error.message), { code: error.code });
    return result;
  }

  /** Sends from one of anvil's own accounts, or one that it impersonates, and waits for the block. */
  async send(from, { to, data = '0x', value = 0n }, more = {}) {
    const hash = await this.rpc('eth_sendTransaction', [{ from, to, data, value: hex(value), ...more }]);
    let receipt;
    await assertEventually(
      async () => (receipt = await this.rpc('eth_getTransactionReceipt', [hash])) !== null,
      () => `${hash} is in no block`,
    );
    assert.equal(receipt.status, '0x1', `${hash} was refused`);
  }

  /** Gives an account money for fees, and PIN. */
  async fund(account, pin = 100_000n) {
    const [minter] = ACCOUNTS;
    const to = account.toLowerCase();
    if (!ACCOUNTS.includes(to)) await this.send(minter, { to, value: 10n * PIN });
    await this.act(minter, { type: 'Mint', to, amount: pin * PIN });
  }

  /**
   * Does an action of the protocol from one of anvil's own accounts. Its gas is not estimated: anvil does that
   * in the newest block, before the time that the action has to catch up with has passed.
   */
  async act(from, action, more) {
    await this.send(from, call(this.book.contracts, action), { gas: hex(GAS), ...more });
  }

  /** Lets the market take PIN from one of anvil's own accounts. */
  async approveMarket(from) {
    const { pin, market } = this.book.contracts;
    const data = `0x095ea7b3${market.slice(2).padStart(64, '0')}${'f'.repeat(32).padStart(64, '0')}`;
    await this.send(from, { to: pin, data });
  }

  /** Lets time pass for the chain. */
  async pass(seconds) {
    await this.rpc('evm_increaseTime', [seconds]);
    await this.rpc('evm_mine');
  }

  /** Stops mining by the clock, or goes on with it. */
  async mine(on) {
    await this.rpc('evm_setIntervalMining', [on ? 1 : 0]);
  }

  /** Gives every transaction its own block at once, while `deeds` are done one after the other. */
  async atOnce(deeds) {
    await this.rpc('evm_setAutomine', [true]);
    await deeds();
    await this.rpc('evm_setAutomine', [false]);
    await this.mine(true);
  }

  /** The ledger as core rebuilds it from all of the chain's logs up to a block. */
  async core(toBlock) {
    return (await this.read(toBlock)).core;
  }

  /** The same, up to the newest block unless one is named, and all that has happened, in order. */
  async read(block) {
    const toBlock = block ?? (await this.rpc('eth_blockNumber'));
    const { pin, market, rewards, game } = this.book.contracts;
    const filter = { address: [pin, market, rewards, game], fromBlock: '0x0', toBlock: hex(toBlock) };
    const logs = await this.rpc('eth_getLogs', [filter]);
    const blocks = [];
    for (const log of logs) {
      if (blocks.at(-1)?.hash !== log.blockHash) {
        const block = await this.rpc('eth_getBlockByHash', [log.blockHash, false]);
        blocks.push({ number: BigInt(block.number), hash: block.hash, time: BigInt(block.timestamp), logs: [] });
      }
      const { address, topics, data, transactionHash } = log;
      blocks.at(-1).logs.push({ address, topics, data, transactionHash });
    }
    const chain = new Chain(sdkBook(this.book));
    const events = chain.take(blocks);
    return { core: Ledger.fromSnapshot(chain.snapshot()), events };
  }
}

/** The address book as the SDK has it: whole numbers are bigints. */
function sdkBook({ chainId, fromBlock, supplyCap, rewards, ...rest }) {
  const part = ({ account, share, lock }) => ({ account, shareBps: share, lock: BigInt(lock) });
  return {
    ...rest,
    chainId: BigInt(chainId),
    fromBlock: BigInt(fromBlock),
    supplyCap: BigInt(supplyCap),
    rewards: {
      genesis: BigInt(rewards.genesis),
      governor: rewards.governor,
      timelock: BigInt(rewards.timelock),
      ecosystem: part(rewards.ecosystem),
      team: part(rewards.team),
      providersBps: rewards.providers,
    },
  };
}

/** A port that nobody listens at. */
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
