// The end of a rental with ethers: quote, sign, send, decode.

import { Domain, address, atLeast } from '@pinfi/sdk';
import { call, decodeLog, decodeRevert } from '@pinfi/sdk/evm';
import { HDNodeWallet, JsonRpcProvider } from 'ethers';

export async function endWithEthers({ url, book, phrase, ledger, stake }) {
  const { contracts } = book;
  const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1, pollingInterval: 50 });
  const wallet = HDNodeWallet.fromPhrase(phrase, undefined, "m/44'/60'/0'/0/1").connect(provider);

  const { rental } = ledger.stake(stake);
  const now = BigInt((await provider.getBlock('latest')).timestamp);
  const { net } = ledger.pool(0).quoteSell(rental.until - now, now);
  const action = { type: 'EndRental', stake, minOut: atLeast(net, 100n) };

  const domain = new Domain({ chainId: book.chainId, ledger: contracts.market });
  const guards = { nonce: 1n, deadline: now + 600n };
  const { domain: of, types, message } = domain.typedData(action, guards);
  const signature = await wallet.signTypedData(of, types, message);
  const signer = domain.recover(domain.signed(action, guards, address(wallet.address), signature));

  const refused = await revertOf(() =>
    provider.call({ from: wallet.address, ...call(contracts, { ...action, minOut: 10n ** 24n }) }),
  );

  const sent = await wallet.sendTransaction({ ...call(contracts, action), gasLimit: 5_000_000n });
  const receipt = await sent.wait();
  const [event] = receipt.logs
    .filter((log) => log.address.toLowerCase() === contracts.market)
    .map(decodeLog);
  const at = BigInt((await receipt.getBlock()).timestamp);
  provider.destroy();
  return { action, signer, account: address(wallet.address.toLowerCase()), refused: decodeRevert(refused), event, at, until: rental.until };
}

/** What a call reverts with. */
async function revertOf(calling) {
  try {
    await calling();
  } catch (error) {
    if (typeof error.data === 'string') return error.data;
    throw error;
  }
  throw new Error('it was not refused');
}
