import type { Address, Seconds } from './types.js';

/** A part of the emission that an account may claim. */
export interface Allocation {
  readonly account: Address;
  readonly shareBps: number;
  readonly lock: Seconds;
}

/** How block rewards are split, and who governs the pools' weights. */
export interface RewardsConfig {
  readonly genesis: Seconds;
  readonly governor: Address;
  readonly timelock: Seconds;
  readonly ecosystem: Allocation;
  readonly team: Allocation;
  readonly providersBps: number;
}

/** The same as the core writes it. */
export interface CoreRewards<Whole = bigint> {
  readonly genesis: Whole;
  readonly governor: Address;
  readonly timelock: Whole;
  readonly ecosystem: CoreAllocation<Whole>;
  readonly team: CoreAllocation<Whole>;
  readonly providers: number;
}

interface CoreAllocation<Whole> {
  readonly account: Address;
  readonly share: number;
  readonly lock: Whole;
}

export function rewardsTo({ ecosystem, team, providersBps, ...rest }: RewardsConfig): CoreRewards {
  const part = ({ account, shareBps, lock }: Allocation) => ({ account, share: shareBps, lock });
  return { ...rest, ecosystem: part(ecosystem), team: part(team), providers: providersBps };
}

export function rewardsFrom(written: CoreRewards<number>): RewardsConfig {
  const { genesis, governor, timelock, ecosystem, team, providers } = written;
  const part = ({ account, share, lock }: CoreAllocation<number>) => ({
    account,
    shareBps: share,
    lock: BigInt(lock),
  });
  return {
    genesis: BigInt(genesis),
    governor,
    timelock: BigInt(timelock),
    ecosystem: part(ecosystem),
    team: part(team),
    providersBps: providers,
  };
}
