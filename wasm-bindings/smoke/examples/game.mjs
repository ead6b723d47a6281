// The verification game with viem: a provider commits, is accused, proves the sample, and passes.

import { address } from '@pinfi/sdk';
import { Chain, call, decodeLog } from '@pinfi/sdk/evm';
import { Ledger } from '@pinfi/sdk/ledger';
import { prove } from '@pinfi/sdk/prove';
import { recordGame } from '@pinfi/sdk/verify';
import { createTestClient, createWalletClient, http, publicActions } from 'viem';
import { foundry } from 'viem/chains';
import { blocksOf, mined } from './chain.mjs';
import { approval } from './devnet.mjs';

const SAMPLE = 7;

export async function playWithViem({ url, book, provider, accuser, stake }) {
  const { contracts } = book;
  const options = { chain: foundry, transport: http(url), pollingInterval: 50 };
  const client = createTestClient({ mode: 'anvil', ...options }).extend(publicActions);
  const wallet = createWalletClient(options);
  const chain = new Chain(book);

  /** The ledger as the logs have it now. */
  const followed = async () => {
    const fromBlock = chain.height === undefined ? book.fromBlock : chain.height + 1n;
    chain.take(await blocksOf(client, contracts, fromBlock));
    return Ledger.fromSnapshot(chain.snapshot());
  };
  const events = [];
  /** Sends a move and keeps what the game logs of it. */
  const move = async (account, action) => {
    // Storage is written for the first time in blocks: the estimate of the one before is too low.
    const request = { account, gas: 5_000_000n, ...call(contracts, action) };
    const { logs, transactionHash } = await mined(client, await wallet.sendTransaction(request));
    const own = logs.filter((log) => log.address.toLowerCase() === contracts.game);
    events.push(...own.map(decodeLog));
    return transactionHash;
  };

  const { params } = (await followed()).pool(0).state;
  const { pocps } = params;
  const { timestamp } = await client.getBlock();
  await client.setNextBlockTimestamp({ timestamp: (timestamp / pocps.epoch + 1n) * pocps.epoch });
  await move(accuser, { type: 'OpenEpoch', pool: 0 });

  // The provider takes its seed from the logs, works, and commits to the root.
  const opened = await followed();
  const { id: epoch, randomness } = opened.epoch(0);
  const inputs = opened.seedInputs(stake, epoch, randomness);
  const proof = await prove({ seed: inputs, n: pocps.n, rounds: pocps.rounds });
  await move(provider, { type: 'CommitToEpoch', stake, epoch, root: proof.root });

  // Somebody stakes a bond on a sample being wrong. A later block draws its place.
  await mined(client, await wallet.sendTransaction({ account: accuser, to: contracts.pin, data: approval(contracts.game) }));
  await move(accuser, { type: 'Accuse', stake, epoch, sample: SAMPLE });
  await client.mine({ blocks: 3, interval: 1 });
  await move(accuser, { type: 'RecordBeacon', stake, epoch, sample: SAMPLE });

  const { committed } = (await followed()).trials(stake)[0];
  const { beacon } = committed.accusations.get(SAMPLE);
  const opening = await proof.openSample(beacon, SAMPLE);
  await move(provider, { type: 'Prove', stake, epoch, sample: SAMPLE, opening });
  await move(accuser, { type: 'RecordBeacon', stake, epoch, sample: pocps.samples });
  const own = (await followed()).trials(stake)[0].committed;
  const due = own.accusations.get(pocps.samples);
  const unprompted = due && (await proof.openSample(own.beacon, pocps.samples));
  if (due) await move(provider, { type: 'Prove', stake, epoch, sample: pocps.samples, opening: unprompted });

  await client.setNextBlockTimestamp({ timestamp: own.proveBy + 1n });
  const transaction = await move(accuser, { type: 'Conclude', stake, epoch });
  const { response } = await proof.open(own.beacon, pocps.samples);
  const proofs = [{ sample: SAMPLE, beacon, opening }];
  if (due) proofs.push({ sample: pocps.samples, beacon: own.beacon, opening: unprompted });
  const transcript = recordGame({ inputs, params: pocps, root: proof.root, beacon: own.beacon, response, proofs, transaction });
  return { events, transcript, accuser: address(accuser.address.toLowerCase()), before: opened, after: await followed() };
}
