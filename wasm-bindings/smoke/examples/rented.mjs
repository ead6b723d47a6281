// Runs a job on a device that is rented. By itself: `node rented.mjs DEVICE`, where DEVICE is the line of
// JSON that `cargo run -p pinfi-session --example device` prints.

import { connect, load } from '@pinfi/sdk/session';
import { verifyTypedData } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

/** The renter's secret key in that example. */
export const RENTER = `0x${'08'.repeat(32)}`;

/** How a device is dialled, from what it printed. */
export function orderOf({ key, relay, stake, rental, client, signers, chainId, ledger }) {
  const domain = { chainId: BigInt(chainId), ledger };
  return { key, relay, stake: BigInt(stake), rental: BigInt(rental), client, signers, domain };
}

/** Multiplies two matrices there, and checks who has signed. */
export async function multiply(device, secret = RENTER) {
  await load();
  const account = privateKeyToAccount(secret);
  const session = await connect({ ...orderOf(device), sign: (typedData) => account.signTypedData(typedData) });
  const [a, b] = [Uint32Array.of(1, 2, 3, 4), Uint32Array.of(5, 6, 7, 8)];
  const matrixProduct = { scalar: 'u32', rows: 2, inner: 2, columns: 2, a, b };
  const run = session.run({ matrixProduct }, { grain: 0 });
  const seen = [];
  for await (const { type, done, steps } of run) seen.push(`${type} ${done}/${steps}`);
  const { outputs, receipt } = await run.result;
  await session.close();
  const { provider: address, typedData, signature } = receipt;
  const isSigned = await verifyTypedData({ address, ...typedData, signature });
  return { seen, product: [...new Uint32Array(outputs[0].bytes.buffer)], isSigned, steps: String(receipt.steps) };
}

if (process.argv[2]?.startsWith('{')) {
  console.log(JSON.stringify(await multiply(JSON.parse(process.argv[2]))));
  // The transport's sockets and timers may live for a while.
  process.exit();
}
