// The typed face of the Wasm exports: the core's vocabulary in the case of this language.

import init, { Pool as Exported, verifyTranscript as verify } from './pkg/pinfi_wasm.js';

export async function load(source) {
  await init(source === undefined ? undefined : { module_or_path: source });
}

export class Pool {
  #pool;

  constructor({ params, reserves, schedule }) {
    this.#pool = new Exported({
      params: renamed(params, snake),
      reserves: { ...renamed(reserves, snake), acc_q96: `0x${reserves.accQ96.toString(16)}` },
      schedule: new Map([...schedule].map(([at, decay]) => [at, { decay }])),
      acc_at_q96: new Map(),
    });
  }

  reservesAt(now) {
    const reserves = renamed(this.#pool.reservesAt(now), camel);
    return { ...reserves, accQ96: BigInt(reserves.accQ96) };
  }

  quoteBuy(gpuSeconds, now) {
    return this.#pool.quoteBuy(gpuSeconds, now);
  }

  quoteSell(gpuSeconds, now) {
    return this.#pool.quoteSell(gpuSeconds, now);
  }

  free() {
    this.#pool.free();
  }
}

export function verifyTranscript(json) {
  const fault = verify(json);
  return fault === undefined ? { passed: true } : { passed: false, fault };
}

const snake = (name) => name.replace(/[A-Z]|(?<=[a-z])\d+$/g, (part) => `_${part.toLowerCase()}`);
const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

/** A plain object with its keys in another case, all the way down. */
function renamed(value, rename) {
  if (Object.getPrototypeOf(value ?? 0) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [rename(key), renamed(inner, rename)]),
  );
}
