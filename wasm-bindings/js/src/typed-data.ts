import type { Address } from './types.js';

/** A field of an EIP-712 struct. */
export interface TypedField {
  readonly name: string;
  readonly type: string;
}

/** EIP-712 typed data, as wallets and viem take it. */
export interface TypedData {
  readonly domain: {
    readonly name: 'PinFi';
    readonly version: '1';
    readonly chainId: number;
    readonly verifyingContract: Address;
  };
  readonly types: Readonly<Record<string, readonly TypedField[]>>;
  readonly primaryType: string;
  readonly message: Readonly<Record<string, unknown>>;
}

/** Reads EIP-712's `encodeType`: the primary struct, then those that it refers to. */
export function fieldsOf(encoded: string): Pick<TypedData, 'types' | 'primaryType'> {
  const structs = [...encoded.matchAll(/(\w+)\(([^)]*)\)/g)].map(([, name = '', fields = '']) => ({
    name,
    fields: fields.split(',').map((field) => {
      const [type = '', of = ''] = field.split(' ');
      return { name: of, type };
    }),
  }));
  return {
    primaryType: structs[0]?.name ?? '',
    types: Object.fromEntries(structs.map(({ name, fields }) => [name, fields])),
  };
}
