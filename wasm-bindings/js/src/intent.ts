import { message, written, type Action } from './actions.js';
import { bytesOf } from './bytes.js';
import { fieldsOf, type TypedData } from './typed-data.js';
import type { Address, Hash, Hex, Seconds } from './types.js';
import { core, glue } from './wasm.js';
import { u64 } from './whole.js';

/** What guards an action: its place among the account's, and the last second of its validity. */
export interface Guards {
  /** The account's next nonce, from 0. */
  readonly nonce: bigint;
  /** The last second at which it may be applied, in the ledger's time. */
  readonly deadline: Seconds;
}

/** An action and its author's signature: a claim until {@link Domain.recover} has checked it. */
export interface SignedAction extends Guards {
  readonly chainId: bigint;
  readonly ledger: Address;
  readonly signer: Address;
  readonly action: Action;
  /** r, s and v: 65 bytes. */
  readonly signature: Hex;
}

/** One ledger's EIP-712 domain: a signature for one is worth nothing on another. */
export class Domain {
  readonly chainId: bigint;
  readonly ledger: Address;
  readonly #domain: glue.Domain;

  /** @throws {PinFiError} `NotLoaded`, `MalformedInput` */
  constructor({ chainId, ledger }: { chainId: bigint; ledger: Address }) {
    void core.exports;
    this.#domain = new glue.Domain(u64(chainId), ledger);
    this.chainId = chainId;
    this.ledger = ledger;
  }

  /** The EIP-712 domain separator. */
  separator(): Hash {
    return this.#domain.separator() as Hash;
  }

  /**
   * The 32 bytes to sign.
   *
   * @throws {PinFiError} `UnknownAction`, `UnknownField`, `MissingField`, `BadValue`, `MalformedInput`
   */
  hash(action: Action, { nonce, deadline }: Guards): Hash {
    return this.#domain.hash(written(action), u64(nonce), u64(deadline)) as Hash;
  }

  /**
   * The same as a wallet takes it, such as viem's `signTypedData` or `eth_signTypedData_v4`.
   *
   * @throws {PinFiError} as {@link hash}
   */
  typedData(action: Action, guards: Guards): TypedData {
    const { types, primaryType } = fieldsOf(this.#domain.encodeType(written(action)));
    const { type: _, ...fields } = action;
    const domain = {
      name: 'PinFi',
      version: '1',
      chainId: Number(this.chainId),
      verifyingContract: this.ledger,
    } as const;
    const said = { ...fields, nonce: u64(guards.nonce), deadline: u64(guards.deadline) };
    return { domain, types, primaryType, message: said };
  }

  /**
   * Checks that an action was signed for this ledger by the account that it names, and returns
   * that. Nonce and deadline are the ledger's to check.
   *
   * @throws {PinFiError} `WrongDomain`, `SignatureLength`, `SignatureRecoveryId`,
   * `SignatureScalar`, `HighS`, `Unrecoverable`, `SignerMismatch`, and those of {@link hash}
   */
  recover(signed: SignedAction): Address {
    return glue.recover(toJson(signed), this.#domain) as Address;
  }

  /** Joins a signature that a wallet made of {@link hash} or {@link typedData}. */
  signed(action: Action, guards: Guards, signer: Address, signature: Hex): SignedAction {
    const { chainId, ledger } = this;
    const { nonce, deadline } = guards;
    return { chainId, ledger, signer, action, nonce, deadline, signature };
  }

  /** @internal */
  sign(signer: glue.Signer, action: Action, { nonce, deadline }: Guards): Hex {
    return signer.sign(this.#domain, written(action), u64(nonce), u64(deadline)) as Hex;
  }
}

/** A key in memory that signs. For a key that matters, use a wallet and {@link Domain.typedData}. */
export class Signer {
  readonly address: Address;
  readonly #signer: glue.Signer;

  /**
   * Takes the 32 bytes of a secret key.
   *
   * @throws {PinFiError} `NotLoaded`, `MalformedInput`
   */
  constructor(secret: Hex | Uint8Array) {
    void core.exports;
    this.#signer = new glue.Signer(typeof secret === 'string' ? bytesOf(secret) : secret);
    this.address = this.#signer.address() as Address;
  }

  /** @throws {PinFiError} as {@link Domain.hash} */
  sign(domain: Domain, action: Action, guards: Guards): SignedAction {
    const signature = domain.sign(this.#signer, action, guards);
    return domain.signed(action, guards, this.address, signature);
  }

  /** Wipes the key. */
  free(): void {
    this.#signer.free();
  }
}

/** A signed action as the strict JSON that the dApp exports and imports. */
export function toJson(signed: SignedAction): string {
  return JSON.stringify({
    chainId: String(signed.chainId),
    ledger: signed.ledger,
    signer: signed.signer,
    action: signed.action.type,
    message: message(signed.action),
    nonce: String(signed.nonce),
    deadline: String(signed.deadline),
    signature: signed.signature,
  });
}
