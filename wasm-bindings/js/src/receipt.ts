// What a provider signs of a job, and typed data from the JSON that wallets take.

import type { TypedData } from './typed-data.js';
import type { Address, Hash, Hex, RentalId, Seconds, StakeId } from './types.js';

/** What a device's owner has signed of a job that ran: checked against all that came. */
export interface Receipt {
  /** The job's name. */
  readonly job: Hex;
  /** The hash of the job's bytes. */
  readonly inputHash: Hash;
  /** Who signed. */
  readonly provider: Address;
  readonly client: Address;
  readonly stake: StakeId;
  readonly rental: RentalId;
  /** What the device says of itself. */
  readonly device: string;
  /** In the ledger's time, by the provider's word. */
  readonly started: Seconds;
  readonly ended: Seconds;
  /** How long the device was at work on it, in milliseconds, by the provider's word. */
  readonly busyMillis: bigint;
  readonly steps: bigint;
  readonly outputHash: Hash;
  /** The head of the hash chain over all that the job gave. */
  readonly chain: Hash;
  /** r, s and v: 65 bytes. */
  readonly signature: Hex;
  /** What was signed, for any library that verifies EIP-712. */
  readonly typedData: TypedData;
}

interface Written {
  readonly types: TypedData['types'];
  readonly primaryType: string;
  readonly domain: { readonly chainId: string; readonly verifyingContract: string };
  readonly message: Readonly<Record<string, string>>;
  readonly signature?: Hex;
}

/** Typed data from the JSON of `eth_signTypedData_v4`: whole numbers as `bigint`, accounts in lower case. */
export function typedDataFrom(json: string): TypedData {
  const { types, primaryType, domain, message } = JSON.parse(json) as Written;
  const { EIP712Domain: _, ...structs } = types;
  const fields = structs[primaryType] ?? [];
  return {
    domain: {
      name: 'PinFi',
      version: '1',
      chainId: Number(domain.chainId),
      verifyingContract: domain.verifyingContract.toLowerCase() as Address,
    },
    types: structs,
    primaryType,
    message: Object.fromEntries(fields.map(({ name, type }) => [name, valueFrom(type, message[name] ?? '')])),
  };
}

function valueFrom(type: string, value: string): bigint | string {
  if (type.startsWith('uint')) return BigInt(value);
  return type === 'address' ? value.toLowerCase() : value;
}

/** A receipt from its export: the typed data with the signature beside it. */
export function receiptFrom(json: string): Receipt {
  const typedData = typedDataFrom(json);
  const { signature } = JSON.parse(json) as Written;
  return { ...typedData.message, signature, typedData } as unknown as Receipt;
}
