// The verification game on a chain, by pages in two browser contexts: a provider's, whose device answers by
// itself, and one of who watches and rents. The challenges of a device in the page are answered and judged on
// the chain here; chain.test.mjs has the rest of the main job. Who cheats is no page (support/cheat.mjs).

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { assertAccessible } from './support/accessible.mjs';
import { App, assertEventually } from './support/app.mjs';
import { openBoard } from './support/board.mjs';
import { assertHoldingsAsCore, fund, openForm, settleOn } from './support/chain.mjs';
import { Cheat } from './support/cheat.mjs';
import { ACCOUNTS, Devnet } from './support/devnet.mjs';
import { journeys } from './support/harness.mjs';
import { provideDevice } from './support/provider.mjs';
import { addAccount, createWallet, useAccount } from './support/wallet.mjs';

const PIN = 10n ** 18n;
const HOUR = 3_600n;
const DAY = 24n * HOUR;
const BOND = 25n * PIN;
/** In seconds; half of the dispute is for accusations, which take the clicks of a person. */
const [WINDOW, DISPUTE] = [300, 600];
/** The honest provider's pool, and the cheat's: with two products, every sample of its work is false. */
const [OPEN, CHEATED] = [0, 1];
/** By the order in which they stake. */
const [CHEATS, DEVICE] = [0n, 1n];
const [GOVERNOR, CHEAT, PASSER_BY] = ACCOUNTS;

const terms = (kind, rounds) => ({
  kind,
  bucket: HOUR,
  feeBps: 30,
  burnShareBps: 5_000,
  burnPerGs: PIN / 1_000_000n,
  collateralBps: 20_000,
  minTerm: 2n * HOUR,
  maxTerm: 30n * DAY,
  pocps: {
    n: 64,
    rounds,
    samples: 32,
    window: BigInt(WINDOW),
    dispute: BigInt(DISPUTE),
    epoch: HOUR,
    bond: BOND,
    accuserBps: 3_000,
  },
});

const journey = journeys();
let devnet;
let board;

before(async () => {
  [devnet, board] = await Promise.all([Devnet.begin(), openBoard()]);
});
after(async () => {
  await board?.close();
  await devnet?.end();
});

journey('a provider and a verifier play the game on a chain', {}, async ({ page, context, url, t, another }) => {
  const cheat = new Cheat({ devnet, board, account: CHEAT, stake: CHEATS, pocps: terms('', 2).pocps });
  let provider = new App(page, url);
  const verifier = new App(await another(), url);

  const card = () => provider.page.locator(`[data-testid="mine-device-card"][data-stake="${DEVICE}"]`);
  const passed = async () => Number(await card().getAttribute('data-passed'));
  /** What the machine has done, the oldest first; not what it has failed at. */
  const deeds = async () => (await provider.page.locator('[data-testid="mine-deed"][data-code=""]').allInnerTexts()).reverse();
  /** Opens the provider's page in a new tab of the same browser. */
  const reopen = async () => {
    provider = new App(await context.newPage(), url);
    await provider.open('mine');
    await card().waitFor();
  };
  const did = (deed, times = 1) =>
    assertEventually(
      async () => (await deeds()).filter((told) => deed.test(told)).length >= times,
      async () => `${deed} in\n${(await deeds()).join('\n')}`,
    );
  const line = (stake, due) =>
    verifier.id('verify-list').locator('tr', {
      has: verifier.page.locator(`[data-testid="verify-line"][data-stake="${stake}"][data-due="${due}"]`),
    });
  const act = async (stake, due, kind = 'success') => {
    await line(stake, due).getByTestId('verify-act').click();
    const words = await verifier.sign();
    await verifier.outcome(kind);
    return words;
  };
  /** What the openings of a stake's commitment show to who fetches and checks them. */
  const look = async (stake) => {
    await line(stake, 'check').getByTestId('verify-look').click();
    const found = line(stake, 'check').getByTestId('verify-found');
    await assertEventually(
      async () => (await found.getAttribute('data-found')) !== 'looking',
      () => found.innerText(),
    );
    return { found: await found.getAttribute('data-found'), text: await found.innerText() };
  };
  /** The balances of a page's accounts, in the order of its list, once page and chain agree. */
  const balances = async (app) => (await assertHoldingsAsCore(app, devnet)).balances.map(([, wei]) => BigInt(wei));
  /** The one event of that type that a stake has had; of that sample, where one is named. */
  const event = async (type, stake, sample) => {
    const { events } = await devnet.read();
    const found = events.filter(
      (one) => one.type === type && one.stake === stake && (sample === undefined || one.sample === sample),
    );
    assert.equal(found.length, 1, `${type} of stake ${stake}`);
    return found[0];
  };
  const nextEpoch = async () => {
    const { timestamp } = await devnet.rpc('eth_getBlockByNumber', ['latest', false]);
    await devnet.pass(Number(HOUR - (BigInt(timestamp) % HOUR)));
  };
  const nameBoard = async (app) => {
    await app.id('board-url').fill(board.url);
    await app.id('board-keep').click();
    await app.page.getByRole('status').filter({ hasText: 'from now on' }).waitFor();
  };

  await t.test('there are a pool with block rewards, and a cheat in another', async () => {
    await devnet.atOnce(async () => {
      await devnet.act(GOVERNOR, { type: 'CreatePool', params: terms('Honest', 4) });
      await devnet.act(GOVERNOR, { type: 'CreatePool', params: terms('Cheated', 2) });
      await devnet.act(GOVERNOR, { type: 'QueueWeight', pool: OPEN, weightBps: 10_000 });
      await devnet.pass(Number(2n * DAY));
      await devnet.act(GOVERNOR, { type: 'ExecuteWeight', pool: OPEN });
      await nextEpoch();
      await devnet.fund(CHEAT);
      await devnet.approveMarket(CHEAT);
      const { timestamp } = await devnet.rpc('eth_getBlockByNumber', ['latest', false]);
      const expiry = (BigInt(timestamp) / HOUR + 24n) * HOUR;
      await devnet.act(CHEAT, { type: 'Burn', pool: CHEATED, gs: DAY });
      await devnet.act(CHEAT, { type: 'Stake', certificate: 0n, expiry, maxFee: 1_000n * PIN });
      await devnet.act(CHEAT, { type: 'OpenLiquidity', stake: CHEATS, tokens: 48n * PIN });
    });
  });

  await t.test('a provider stakes a device and leaves it running', async () => {
    await createWallet(provider);
    await openForm(provider);
    await settleOn(provider, devnet);
    await fund(provider, devnet);
    await provider.visit(`provide/${OPEN}`);
    assert.equal(BigInt(await provideDevice(provider, { term: '24h' })), DEVICE);
    await provider.visit('mine');
    await nameBoard(provider);
    await provider.id('mine-start').click();
    await provider.sign();
    await provider.id('mine-stand').waitFor();
    await devnet.send(GOVERNOR, { to: await provider.value('mine-operator', 'address'), value: PIN });
  });

  await t.test('who watches has a second account, which rents from the cheat', async () => {
    await createWallet(verifier);
    await openForm(verifier);
    await settleOn(verifier, devnet);
    await fund(verifier, devnet);
    await addAccount(verifier);
    await fund(verifier, devnet);
    await verifier.visit(`swap/${CHEATED}`);
    await verifier.id('swap-until').fill('6h');
    await verifier.id('swap-submit').click();
    await verifier.sign();
    await verifier.outcome('success');
    await useAccount(verifier, 0);
    await verifier.visit('verify');
    await nameBoard(verifier);
  });

  await t.test('an honest epoch passes', async () => {
    await did(/^Published the openings/);
    assert.equal((await look(DEVICE)).found, 'right');
    assert.equal(await card().getAttribute('data-reward'), '0', 'nothing is verified yet');
    await devnet.pass(DISPUTE);
    await assertEventually(async () => (await passed()) === 1, () => card().innerText());
    await did(/^Concluded/);
    // One commitment in 64 is to be proved as well.
    const told = (await deeds()).filter((deed) => !/^Proved/.test(deed));
    for (const [place, deed] of [/^Opened/, /^Computed and committed/, /^Recorded/, /^Published/, /^Concluded/].entries()) {
      assert.match(told[place], deed);
    }
    const { core } = await devnet.read();
    const { provider: owner, expiry, passed: verified } = core.stake(DEVICE);
    assert.equal(verified, 1);
    const rewarded = core.apply({ type: 'Settle', stake: DEVICE }, { sender: owner, now: expiry })
      .find(({ type }) => type === 'Rewarded');
    assert.ok(rewarded.amount > 0n, 'an epoch passed is paid');
    assert.equal(await card().getAttribute('data-reward'), String(rewarded.amount), 'and the page says how much');
  });

  await t.test('a cheat is accused, fails by its own opening, and its client is refunded', async () => {
    const [watching, client] = await balances(verifier);
    await devnet.act(PASSER_BY, { type: 'OpenEpoch', pool: CHEATED });
    await cheat.commit();
    await cheat.publish();
    await verifier.visit('verify');
    const { found, text } = await look(CHEATS);
    assert.equal(found, 'wrong', text);
    assert.match(text, /the entry of opening 0 is 0x/);
    await assertAccessible(verifier.page, 'a commitment known to be false');
    for (const accusation of [1n, 2n]) {
      assert.match(await act(CHEATS, 'check'), /25 PIN/);
      assert.equal((await balances(verifier))[0], watching - accusation * BOND);
      await verifier.visit('verify');
    }
    assert.equal((await look(CHEATS)).found, 'wrong');
    await cheat.prove(0);

    const { pool, refund } = await event('Slashed', CHEATS);
    const { accuser, share } = await event('Convicted', CHEATS);
    assert.equal(pool, CHEATED);
    assert.ok(refund > 0n && share > 0n, `${refund} to the client, ${share} to the accuser`);
    // The other accusation's bond is still with the game.
    await act(CHEATS, 'take-back');
    const after = await balances(verifier);
    assert.deepEqual(after, [watching + share, client + refund]);
    const { balances: [[address]] } = await assertHoldingsAsCore(verifier, devnet);
    assert.equal(accuser, address.toLowerCase());
  });

  await t.test('who accuses an honest device loses the bond to its provider', async () => {
    const [watching] = await balances(verifier);
    const [providing] = await balances(provider);
    await provider.visit('mine');
    await verifier.visit('verify');
    await nextEpoch();
    await did(/^Published the openings/, 2);
    assert.equal((await look(DEVICE)).found, 'right');
    await act(DEVICE, 'check');
    await did(/^Proved sample 0,/);
    assert.equal((await event('Proved', DEVICE, 0)).bond, BOND);
    await devnet.pass(DISPUTE);
    await assertEventually(async () => (await passed()) === 2, () => card().innerText());
    assert.equal((await balances(verifier))[0], watching - BOND);
    assert.equal((await balances(provider))[0], providing + BOND);
  });

  await t.test('a tab that is opened again in time resumes, with the wallet locked', async () => {
    await verifier.visit('verify');
    await provider.visit('mine');
    const failures = await provider.id('mine-failure').count();
    await provider.page.close();
    await nextEpoch();
    await devnet.act(PASSER_BY, { type: 'OpenEpoch', pool: OPEN });
    await line(DEVICE, 'commit').waitFor();
    await reopen();
    await did(/^Published the openings/, 3);
    // Closed once more, and accused: what was computed is gone.
    await provider.page.close();
    assert.equal((await look(DEVICE)).found, 'right');
    await act(DEVICE, 'check');
    await reopen();
    await did(/^Proved sample 0,/, 2);
    await devnet.pass(DISPUTE);
    await assertEventually(async () => (await passed()) === 3, () => card().innerText());
    assert.equal(await card().getAttribute('data-state'), 'liquidity');
    assert.equal(await provider.id('mine-failure').count(), failures);
    await provider.go('wallet');
    assert.equal(await provider.value('wallet-status', 'status'), 'locked');
  });

  await t.test('a tab that stays closed misses the epoch, and who watches has it slashed', async () => {
    await provider.page.close();
    await nextEpoch();
    await devnet.act(PASSER_BY, { type: 'OpenEpoch', pool: OPEN });
    await line(DEVICE, 'commit').waitFor();
    await devnet.pass(WINDOW + 1);
    // Told as what it is for the stake, a failed proof.
    await act(DEVICE, 'missed', 'failure');
    assert.ok((await event('Slashed', DEVICE)).burned > 0n);
    await event('CommitmentMissed', DEVICE);
    assert.equal((await devnet.read()).core.stake(DEVICE).state, 'slashed');
    await reopen();
    assert.equal(await card().getAttribute('data-state'), 'slashed');
    await assertAccessible(provider.page, 'a machine whose stake was slashed');
    await assertHoldingsAsCore(provider, devnet);
    await assertHoldingsAsCore(verifier, devnet);
  });
});
