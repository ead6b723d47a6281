// What a session is opened with, what it is opened to, and what is heard of it.

import type { Output, Piece } from './run.js';
import type { TypedData } from './typed-data.js';
import type { Address, Hex, RentalId, Seconds, StakeId } from './types.js';

/** Where a device is, and by what right it is used. */
export interface ConnectOptions {
  /** The key that it is dialled by: `ledger.endpoint(stake)` of `@pinfi/sdk/ledger` has it. */
  readonly key: Hex;
  /** The relay where it waits, as a URL. */
  readonly relay: string;
  readonly stake: StakeId;
  readonly rental: RentalId;
  /** The rental's holder, who signs. */
  readonly client: Address;
  /** The accounts whose receipts are believed: the stake's owner, and whom it has appointed. */
  readonly signers: readonly Address[];
  /** The ledger's EIP-712 domain. */
  readonly domain: { readonly chainId: bigint; readonly ledger: Address };
  /**
   * Signs as the rental's holder: once to open the session, and once more for each connection that is
   * made anew. It is what viem's `account.signTypedData` takes.
   */
  readonly sign: (typedData: TypedData) => Promise<Hex>;
  /** Gives up, or closes the session once it is open. */
  readonly signal?: AbortSignal;
}

/** What a job may take of a device. */
export interface JobLimits {
  readonly sourceBytes: bigint;
  readonly buffers: number;
  readonly bufferBytes: bigint;
  readonly totalBytes: bigint;
  readonly outputBytes: bigint;
  readonly steps: bigint;
  readonly groups: number;
  readonly groupInvocations: number;
  readonly groupBytes: bigint;
  readonly privateBytes: bigint;
  readonly weight: bigint;
  readonly iterations: number;
  readonly dispatchOperations: bigint;
  readonly stepMillis: bigint;
  readonly totalMillis: bigint;
}

/** What was agreed on when the session was opened. */
export interface SessionTerms {
  /** When the rental is over. */
  readonly until: Seconds;
  /** The account that signs receipts. */
  readonly provider: Address;
  /** The device's name, by the provider's word. */
  readonly device: string;
  /** Whether the device is a GPU in software, by the provider's word. */
  readonly isSoftware: boolean;
  readonly limits: JobLimits;
}

/** An event as the Wasm writes it. */
export type Heard =
  | ({ readonly type: 'opened' } & SessionTerms)
  | { readonly type: 'lost'; readonly reason: string }
  | { readonly type: 'accepted'; readonly job: Hex; readonly ahead: number }
  | {
      readonly type: 'step';
      readonly job: Hex;
      readonly done: bigint;
      readonly busyMillis: bigint;
      readonly pieces: readonly (Omit<Piece, 'offset'> & { readonly offset: bigint })[];
    }
  | { readonly type: 'done'; readonly job: Hex; readonly outputs: readonly Output[]; readonly receipt: string }
  | { readonly type: 'failed'; readonly job: Hex; readonly code: string; readonly reason: string };
