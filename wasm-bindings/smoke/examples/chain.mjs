// What the examples with viem share.

/** The blocks from a height on that have logs of the contracts, with these. */
export async function blocksOf(client, { pin, market, rewards, game }, fromBlock) {
  const logs = await client.getLogs({ address: [pin, market, rewards, game], fromBlock });
  const heights = [...new Set(logs.map((log) => log.blockNumber))];
  return Promise.all(
    heights.map(async (blockNumber) => {
      const { number, hash, timestamp: time } = await client.getBlock({ blockNumber });
      return { number, hash, time, logs: logs.filter((log) => log.blockNumber === blockNumber) };
    }),
  );
}

/** The receipt of a transaction that did not revert. */
export async function mined(client, hash) {
  const receipt = await client.waitForTransactionReceipt({ hash });
  if (receipt.status !== 'success') throw new Error(`${hash} reverted`);
  return receipt;
}
