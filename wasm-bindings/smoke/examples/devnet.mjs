// A chain of one's own with the contracts on it: anvil, and a pool that somebody has opened.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { address } from '@pinfi/sdk';
import { call, multicall } from '@pinfi/sdk/evm';
import {
  createPublicClient,
  createWalletClient,
  encodeDeployData,
  getContractAddress,
  http,
  zeroAddress,
} from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { params } from '../../js/test/fixture.mjs';

const PORT = 8_555;
const WAD = 10n ** 18n;
const HOUR = 3_600n;
const GAS = 30_000_000n;
export const MNEMONIC = 'test test test test test test test test test test test junk';

/** Starts anvil and deploys; `stop` ends it. */
export async function devnet() {
  const anvil = spawn(fileURLToPath(new URL('../node_modules/.bin/anvil', import.meta.url)), [
    '--port', String(PORT), '--silent', '--gas-limit', String(GAS), '--mnemonic', MNEMONIC,
    '--code-size-limit', '65536',
  ]);
  const url = `http://127.0.0.1:${PORT}`;
  const client = createPublicClient({ chain: foundry, transport: http(url), pollingInterval: 50 });
  await answers(client, anvil);
  const [provider, renter] = [0, 1].map((addressIndex) => mnemonicToAccount(MNEMONIC, { addressIndex }));
  const wallet = createWalletClient({ account: provider, chain: foundry, transport: http(url) });
  const send = async (request) => {
    const hash = await wallet.sendTransaction({ gas: GAS / 2n, ...request });
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new Error(`${hash} reverted`);
    return receipt;
  };
  const owner = address(provider.address.toLowerCase());
  const part = (shareBps, lock) => ({ account: owner, shareBps, lock });
  const { timestamp: genesis } = await client.getBlock();
  const rewards = {
    genesis,
    governor: owner,
    timelock: 600n,
    ecosystem: part(2_000, 0n),
    team: part(1_000, 0n),
    providersBps: 9_000,
  };
  const contracts = await deploy(provider.address, rewards, send);
  await openPool(contracts, provider.address, renter.address, send, client);
  const book = {
    name: 'devnet',
    chainId: BigInt(foundry.id),
    fromBlock: 0n,
    minter: owner,
    supplyCap: (1n << 127n) - 1n,
    rewards,
    contracts,
  };
  return { url, book, provider, renter, stop: () => anvil.kill() };
}

async function answers(client, anvil) {
  let error;
  for (let attempt = 0; attempt < 100 && anvil.exitCode === null; attempt += 1) {
    try {
      return await client.getBlockNumber();
    } catch (cause) {
      error = cause;
      await new Promise((wait) => setTimeout(wait, 100));
    }
  }
  throw new Error('anvil does not answer', { cause: error });
}

/** Deploys the contracts in the order that their foreseen addresses ask for. */
async function deploy(deployer, rewardsConfig, send) {
  const foreseen = (nonce) => address(getContractAddress({ from: deployer, nonce }).toLowerCase());
  const [rewards, market] = [foreseen(8n), foreseen(9n)];
  const libraries = {};
  const create = async (name, args = []) => {
    const file = new URL(`../../../contracts/out/${name}.json`, import.meta.url);
    const { abi, bytecode, linkReferences } = JSON.parse(await readFile(file, 'utf8'));
    let code = bytecode.replace(/^0x/, '');
    for (const [library, places] of Object.values(linkReferences).flatMap(Object.entries)) {
      for (const { start, length } of places) {
        code = code.slice(0, 2 * start) + libraries[library].slice(2) + code.slice(2 * (start + length));
      }
    }
    const { contractAddress } = await send({ data: encodeDeployData({ abi, bytecode: `0x${code}`, args }) });
    return address(contractAddress.toLowerCase());
  };
  for (const name of ['Params', 'Leave', 'Verdict']) libraries[name] = await create(name);
  const pin = await create('Pin', [deployer, rewards, 2n ** 256n - 1n]);
  // Its randomness is the chain's own.
  const game = await create('Game', [market, pin, zeroAddress]);
  const stakeToken = await create('StakeToken', [market]);
  const hoursToken = await create('HoursToken', [market]);
  const rentalToken = await create('RentalToken', [market]);
  await create('Rewards', [market, pin, rewardsConfig]);
  await create('PinFi', [pin, stakeToken, hoursToken, rentalToken, game, rewards]);
  return { pin, market, stakeToken, hoursToken, rentalToken, game, rewards };
}

/** One LP with 50 hours at 2 PIN an hour; the renter has PIN. */
async function openPool(contracts, provider, renter, send, client) {
  const act = async (...actions) =>
    send(actions.length === 1 ? call(contracts, actions[0]) : multicall(contracts, actions));
  for (const to of [provider, renter]) {
    await act({ type: 'Mint', to: address(to), amount: 10_000n * WAD });
  }
  const { timestamp } = await client.getBlock();
  const expiry = (timestamp / HOUR + 50n) * HOUR;
  await send({ to: contracts.pin, data: approval(contracts.market) });
  await act({
    type: 'CreatePool',
    params: { ...params, maxTerm: 720n * HOUR },
  });
  await act(
    { type: 'Burn', pool: 0, gs: 50n * HOUR },
    { type: 'Stake', certificate: 0n, expiry, maxFee: 0n },
    { type: 'OpenLiquidity', stake: 0n, tokens: 100n * WAD },
  );
}

/** ERC-20's `approve(spender, most)`. */
export function approval(spender) {
  return `0x095ea7b3${spender.slice(2).padStart(64, '0')}${'f'.repeat(64)}`;
}
