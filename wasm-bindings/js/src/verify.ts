/**
 * Somebody else's verification, checked here.
 *
 * @packageDocumentation
 */

import type { WasmSource } from './lazy.js';
import { seedTo, type SeedInputs } from './seed.js';
import { pocpsTo } from './state.js';
import type { Hash, Hex, PocpsParams } from './types.js';
import { glue, wasm } from './verify.wasm.js';

export { PinFiError, type ErrorValues } from './error.js';
export type { WasmSource } from './lazy.js';
export type { SeedInputs } from './seed.js';
export type { Address, Hash, Hex, PocpsParams } from './types.js';

/** Loads the Wasm, once. */
export function load(source?: WasmSource): Promise<void> {
  return wasm.load(source);
}

/** What a transcript's content gives. */
export type Verdict = { readonly passed: true } | { readonly passed: false; readonly fault: string };

/**
 * Checks a transcript file: whether its outcome follows from its content.
 *
 * @throws {PinFiError} `NotLoaded`, `MalformedInput`; `WrongOutcome` where the file claims another
 * outcome
 */
export function verifyTranscript(json: string): Verdict {
  void wasm.exports;
  const fault = glue.verifyTranscript(json);
  return fault === undefined ? { passed: true } : { passed: false, fault };
}

/** A sample that had to be proved on the ledger. */
export interface ProofRecord {
  readonly sample: number;
  /** What drew its place; absent where it was never recorded. */
  readonly beacon?: Hash | undefined;
  /** The `opening` of the `Prove` action; absent where there was none in time. */
  readonly opening?: Hex | undefined;
}

/** A commitment of the game of many parties, and what was said against it. */
export interface GameRecord {
  /** From `seedInputs` of a `Ledger`. */
  readonly inputs: SeedInputs;
  /** The pool's. */
  readonly params: PocpsParams;
  readonly root: Hash;
  /** The commitment's beacon, if it was recorded. */
  readonly beacon?: Hash | undefined;
  /** What the provider published, as its proof gives it; absent where it withheld it. */
  readonly response?: Hex | undefined;
  /** The samples that were to be proved on the ledger. */
  readonly proofs: readonly ProofRecord[];
  /** The transaction that gave the verdict, on a chain. */
  readonly transaction?: Hash | undefined;
}

/** What the content of a game's transcript gives. */
export type GameVerdict = (
  | { readonly verdict: 'passed' }
  | { readonly verdict: 'notProved'; readonly sample: number }
  | { readonly verdict: 'failed'; readonly fault: string }
) & {
  /**
   * What is wrong with the published openings, if anything is. It decides nothing by itself: a
   * verifier accuses because of it, and a commitment that nobody accuses passes.
   */
  readonly published?: string;
};

/**
 * Judges a commitment of the game by what was opened, and writes the transcript.
 *
 * @throws {PinFiError} `NotLoaded`, `MalformedInput`, `BadParameter`
 */
export function recordGame({ inputs, params, ...rest }: GameRecord): string {
  void wasm.exports;
  const said = JSON.stringify({ ...rest, inputs: seedTo(inputs) });
  // By hand: JSON's own numbers have no 128 bits.
  const numbers = Object.entries(pocpsTo(params)).map(([name, value]) => `"${name}":${value}`);
  return glue.recordGame(`${said.slice(0, -1)},"params":{${numbers}}}`);
}

/**
 * Checks a transcript of the game: whether its verdict follows from its content.
 *
 * @throws {PinFiError} `NotLoaded`, `MalformedInput`, `BadParameter`; `WrongOutcome` where it claims
 * another verdict
 */
export function verifyGame(json: string): GameVerdict {
  void wasm.exports;
  const said = Object.entries(glue.verifyGame(json) as object);
  return Object.fromEntries(said.filter(([, value]) => value !== undefined)) as GameVerdict;
}
