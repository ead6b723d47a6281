// What several tests begin with.

// The type alone: a test of loading must not have loaded.
/** @typedef {import('@pinfi/sdk').Address} Address */

export const HOUR = 3_600n;
export const PIN = 10n ** 18n;
export const ALICE = /** @type {Address} */ (`0x${'a1'.repeat(20)}`);
export const BOB = /** @type {Address} */ (`0x${'b0'.repeat(20)}`);

export const params = {
  kind: 'RTX 4090',
  bucket: HOUR,
  feeBps: 30,
  burnShareBps: 5_000,
  burnPerGs: 1n,
  collateralBps: 20_000,
  minTerm: 2n * HOUR,
  maxTerm: 100n * HOUR,
  pocps: {
    n: 64,
    rounds: 4,
    samples: 32,
    window: 60n,
    dispute: 120n,
    epoch: HOUR,
    bond: 1n,
    accuserBps: 1_000,
  },
};

/** One LP with 100 hours at 2 PIN an hour, from time 0 on. */
export function state() {
  return {
    params,
    reserves: {
      last: 0n,
      pin: 200n * PIN,
      compute: 360_000n * PIN,
      shares: 360_000n * PIN,
      decay: PIN,
      accQ96: 0n,
      escrow: 0n,
    },
    schedule: new Map([[360_000n, PIN]]),
  };
}

const part = { account: ALICE, shareBps: 1_000, lock: 0n };
/** Most goes to the providers. */
export const rewards = {
  genesis: 0n,
  governor: ALICE,
  timelock: 1n,
  ecosystem: part,
  team: part,
  providersBps: 9_000,
};

/** An address with the same byte all over. */
const everywhere = (/** @type {string} */ byte) => /** @type {Address} */ (`0x${byte.repeat(20)}`);

export const contracts = {
  pin: everywhere('01'),
  market: everywhere('02'),
  stakeToken: everywhere('03'),
  hoursToken: everywhere('04'),
  rentalToken: everywhere('05'),
  game: everywhere('06'),
  rewards: everywhere('07'),
};
export const book = {
  name: 'test',
  chainId: 1n,
  fromBlock: 0n,
  minter: ALICE,
  supplyCap: 10n ** 26n,
  rewards,
  contracts,
};
