// What a user does to settle on a chain, and what a wallet outside does for one.

import assert from 'node:assert/strict';
import { assertEventually } from './app.mjs';
import { samplePool } from './core.mjs';

const WAD = 10n ** 18n;

/** Opens the form that asks for a chain. */
export async function openForm(app) {
  await app.go('wallet');
  await app.id('chain-choose').locator('summary').click();
}

/** Fills the form in and sends it off. */
export async function ask(app, { rpc, book }) {
  await app.id('chain-rpc').fill(rpc);
  await app.id('chain-book').fill(book);
  await app.id('chain-connect').click();
}

/** What the form says is wrong. */
export async function refusal(app) {
  const error = app.id('wallet-error', app.id('chain'));
  await error.waitFor();
  const found = { code: await error.getAttribute('data-code'), text: await error.innerText() };
  return found;
}

/** Settles on a chain from now on. */
export async function settleOn(app, devnet) {
  await ask(app, { rpc: devnet.url, book: devnet.bookText });
  await app.id('chain-block').waitFor();
  await app.id('clock-chain').waitFor();
}

/** Gives the account in use money for fees, and PIN, and waits until the page shows it. */
export async function fund(app, devnet, pin) {
  await app.go('wallet');
  const row = app.page.locator('[data-testid="account-row"]', { has: app.page.locator('.badge-good') });
  const account = await app.value('wallet-address', 'address', row);
  await devnet.fund(account, pin);
  await app.until('wallet-balance', 'wei', (wei) => BigInt(wei) > 0n);
  return account;
}

/** Holds the numbers of a pool's page against core's, made from the chain's own logs. */
export async function assertAsCore(app, devnet, pool) {
  await app.visit(`pool/${pool}`);
  let shown;
  let said;
  // The chain's state may be a block ahead of what the page has read: all agree after a moment.
  await assertEventually(
    async () => {
      const block = await devnet.rpc('eth_blockNumber');
      shown = await samplePool(app);
      const core = (await devnet.core(block)).pool(Number(pool));
      const { pin, compute, shares } = core.reservesAt(shown.at);
      said = { at: shown.at, pin, compute, shares, price: compute === 0n ? 0n : (pin * WAD) / compute };
      return ['pin', 'compute', 'shares', 'price'].every((name) => shown[name] === said[name]);
    },
    () => `the page shows ${text(shown)}, core says ${text(said)}`,
    20_000,
  );
  return shown;
}

/**
 * Holds the balances of all accounts here, and the stakes and rentals of the one in use, against
 * core's, made from the chain's own logs: to the wei, and what is pending at the page's own second.
 */
export async function assertHoldingsAsCore(app, devnet) {
  const data = (testid) => app.id(testid).evaluateAll((all) => all.map(({ dataset }) => ({ ...dataset })));
  let balances;
  let stakes;
  let rentals;
  let said;
  await assertEventually(
    async () => {
      const block = await devnet.rpc('eth_blockNumber');
      const core = await devnet.core(block);
      await app.go('wallet');
      balances = await app.id('account-row').evaluateAll((all) =>
        all.map((row) => [row.dataset.address, row.querySelector('[data-testid="account-balance"]').dataset.wei]),
      );
      await app.go('positions');
      stakes = await data('stake');
      rentals = await data('rental');
      said = {
        balances: balances.map(([account]) => [account, String(core.balanceOf(account))]),
        stakes: stakes.map((shown) => stakeOf(core, shown)),
        rentals: rentals.map((shown) => {
          const { id, until, paid } = core.stake(BigInt(shown.stake)).rental;
          // In place: what is compared is text.
          return { ...shown, rental: String(id), until: String(until), paid: String(paid) };
        }),
      };
      // A page that still opens shows nothing that could differ.
      return balances.length + stakes.length + rentals.length > 0 && text({ balances, stakes, rentals }) === text(said);
    },
    () => `the page shows ${text({ balances, stakes, rentals })}, core says ${text(said)}`,
    20_000,
  );
  return { balances, stakes, rentals };
}

/** What core says of a stake that the page shows as `shown`. */
function stakeOf(core, shown) {
  const { id, provider, state, passed, maintenanceFee } = core.stake(BigInt(shown.stake));
  let pending = 0n;
  if (state === 'liquidity') {
    const [done] = core.apply({ type: 'Collect', stake: id }, { sender: provider, now: BigInt(shown.at) });
    pending = done.amount;
  }
  return {
    ...shown,
    state,
    verified: String(passed),
    pending: String(pending),
    fee: String(maintenanceFee),
  };
}

const text = (value) =>
  JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));

/**
 * Puts a wallet into every page of the context: it announces itself (EIP-6963), has the accounts
 * given, knows no chain but the main one until it is told, and has anvil sign and send.
 * Returns what it was asked, and how to change its mind.
 */
export async function injectWallet(context, devnet, accounts) {
  const wallet = { asked: [], accounts: [...accounts], chain: 1, known: new Set([1]), declines: false };
  const refuse = (code, message) => ({ error: { code, message } });
  await context.exposeFunction('pinfiTestWallet', async (method, params) => {
    wallet.asked.push(method);
    const prompts = [
      'eth_requestAccounts',
      'eth_sendTransaction',
      'eth_signTypedData_v4',
      'wallet_addEthereumChain',
      'wallet_switchEthereumChain',
    ];
    if (wallet.declines && prompts.includes(method)) return refuse(4001, 'User rejected the request.');
    switch (method) {
      case 'eth_requestAccounts':
      case 'eth_accounts':
        return { result: wallet.accounts };
      case 'eth_chainId':
        return { result: `0x${wallet.chain.toString(16)}` };
      case 'wallet_switchEthereumChain': {
        const id = Number(params[0].chainId);
        if (!wallet.known.has(id)) return refuse(4902, 'Unrecognized chain ID.');
        wallet.chain = id;
        return { result: null };
      }
      case 'wallet_addEthereumChain':
        assert.equal(params[0].rpcUrls[0], devnet.url);
        wallet.known.add(Number(params[0].chainId));
        return { result: null };
      case 'eth_signTypedData_v4':
      case 'eth_sendTransaction':
        try {
          return { result: await devnet.rpc(method, params) };
        } catch ({ code, message }) {
          return refuse(code ?? -32_603, message);
        }
      default:
        return refuse(4200, `no ${method}`);
    }
  });
  await context.addInitScript(() => {
    const ears = new Map();
    const provider = {
      async request({ method, params }) {
        const { result, error } = await window.pinfiTestWallet(method, params ?? []);
        if (error) throw Object.assign(new Error(error.message), { code: error.code });
        return result;
      },
      on: (event, ear) => ears.set(event, [...(ears.get(event) ?? []), ear]),
      removeListener: (event, ear) =>
        ears.set(event, (ears.get(event) ?? []).filter((other) => other !== ear)),
    };
    window.pinfiTestTell = (event, news) => (ears.get(event) ?? []).forEach((ear) => ear(news));
    const icon = 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/%3E';
    const info = Object.freeze({ uuid: crypto.randomUUID(), name: 'Test wallet', icon, rdns: 'test.wallet' });
    const announce = () =>
      window.dispatchEvent(
        new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }),
      );
    window.addEventListener('eip6963:requestProvider', announce);
    announce();
  });
  return wallet;
}
