// A rental with viem: state from logs, quote, sign, send, decode.

import { Domain, address, rent } from '@pinfi/sdk';
import { Chain, call, decodeLog, decodeRevert } from '@pinfi/sdk/evm';
import { Ledger } from '@pinfi/sdk/ledger';
import { createPublicClient, createWalletClient, http } from 'viem';
import { foundry } from 'viem/chains';
import { blocksOf, mined } from './chain.mjs';
import { approval } from './devnet.mjs';

export async function rentWithViem({ url, book, renter }) {
  const { contracts } = book;
  const client = createPublicClient({ chain: foundry, transport: http(url), pollingInterval: 50 });
  const wallet = createWalletClient({ account: renter, chain: foundry, transport: http(url) });

  // The market as its logs tell it: no other question is asked of the chain.
  const chain = new Chain(book);
  chain.take(await blocksOf(client, contracts, book.fromBlock));
  const ledger = Ledger.fromSnapshot(chain.snapshot());

  const { timestamp: now } = await client.getBlock();
  const until = (now / 3_600n + 3n) * 3_600n;
  const limits = { slippageBps: 100n, deadline: now + 600n };
  const { action, now: price } = rent(ledger, { pool: 0, count: 1, until, now, ...limits });

  // What a wallet signs where actions are signed messages, and who signed it.
  const domain = new Domain({ chainId: book.chainId, ledger: contracts.market });
  const guards = { nonce: 0n, deadline: limits.deadline };
  const signature = await renter.signTypedData(domain.typedData(action, guards));
  const signer = domain.recover(domain.signed(action, guards, address(renter.address), signature));

  // What the contracts refuse is the error that the ledger throws, with its numbers.
  const refused = await revertOf(() =>
    client.call({ account: renter, ...call(contracts, { ...action, maxCost: 1n }) }),
  );

  await mined(client, await wallet.sendTransaction({ to: contracts.pin, data: approval(contracts.market) }));
  const receipt = await mined(client, await wallet.sendTransaction(call(contracts, action)));
  const events = receipt.logs
    .filter((log) => log.address.toLowerCase() === contracts.market)
    .map(decodeLog);
  const { timestamp: at } = await client.getBlock({ blockHash: receipt.blockHash });

  chain.take(await blocksOf(client, contracts, receipt.blockNumber));
  const after = Ledger.fromSnapshot(chain.snapshot());
  return { ledger, after, action, price, signer, refused: decodeRevert(refused), events, at, until };
}

/** What a call reverts with. */
async function revertOf(calling) {
  try {
    await calling();
  } catch (error) {
    for (let cause = error; cause; cause = cause.cause) {
      const data = cause.data?.data ?? cause.data;
      if (typeof data === 'string') return data;
    }
    throw error;
  }
  throw new Error('it was not refused');
}
