import type { Address, Hash } from './types.js';

/** What binds a challenge to one stake and one moment. */
export interface SeedInputs {
  readonly chainId: bigint;
  readonly contract: Address;
  readonly stake: bigint;
  readonly provider: Address;
  readonly epoch: bigint;
  readonly randomness: Hash;
}

const hex = (number: bigint) => `0x${number.toString(16)}`;

export function seedTo(seed: SeedInputs): unknown {
  return {
    chain_id: hex(seed.chainId),
    contract: seed.contract,
    stake: hex(seed.stake),
    provider: seed.provider,
    epoch: hex(seed.epoch),
    randomness: seed.randomness,
  };
}

export function seedFrom(written: unknown): SeedInputs {
  const { chain_id, contract, stake, provider, epoch, randomness } = written as {
    chain_id: string;
    contract: Address;
    stake: string;
    provider: Address;
    epoch: string;
    randomness: Hash;
  };
  return {
    chainId: BigInt(chain_id),
    contract,
    stake: BigInt(stake),
    provider,
    epoch: BigInt(epoch),
    randomness,
  };
}
