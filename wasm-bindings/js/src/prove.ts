/**
 * Proofs of computing power, on the GPU where there is one and on the CPU elsewhere.
 *
 * @packageDocumentation
 */

import { bytesOf } from './bytes.js';
import { PinFiError } from './error.js';
import { glue, wasm } from './prove.wasm.js';
import type { WasmSource } from './lazy.js';
import { camelled } from './names.js';
import { seedTo, type SeedInputs } from './seed.js';
import type { Hash, Hex } from './types.js';
import { u32 } from './whole.js';

export { PinFiError, type ErrorValues } from './error.js';
export type { WasmSource } from './lazy.js';
export type { SeedInputs } from './seed.js';
export type { Address, Hash, Hex } from './types.js';

/** Loads the Wasm, once. */
export function load(source?: WasmSource): Promise<void> {
  return wasm.load(source);
}

/** What is to be proved. */
export interface Task {
  /** The seed, or what it is made of: a transcript then shows whose it is. */
  readonly seed: Hash | SeedInputs;
  /** The matrix side, a power of two. */
  readonly n: number;
  /** The number of products, a power of two. */
  readonly rounds: number;
}

/** How a proof is watched and stopped. */
export interface ProveOptions {
  /** `auto` takes the GPU if there is one that the work fits. */
  readonly device?: 'auto' | 'gpu' | 'cpu';
  /** Told the fraction done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

/** The answer to a beacon. */
export interface Answer {
  /** The openings, for a `Respond` action. */
  readonly response: Hex;
  /** The whole verification as a file that anyone can check. */
  readonly transcript: string;
}

/** What an adapter says of itself; browsers mask most of it. */
export interface GpuCapabilities {
  readonly name: string;
  readonly backend: string;
  readonly isFallback: boolean;
  readonly maxBufferBytes: bigint;
  readonly maxBindingBytes: bigint;
  readonly maxWorkgroupInvocations: number;
  readonly maxWorkgroups: number;
}

/**
 * Says what is known of this machine's GPU.
 *
 * @throws {PinFiError} `NotLoaded`, `NoAdapter`, `NoDevice`
 */
export async function gpuCapabilities(): Promise<GpuCapabilities> {
  const gpu = await request();
  try {
    return camelled(gpu.capabilities()) as GpuCapabilities;
  } finally {
    gpu.free();
  }
}

/** Between the two phases of a proof: the root can be committed. */
export class Proof {
  /** What to commit to. */
  readonly root: Hash;
  /** What computed it. */
  readonly device: 'gpu' | 'cpu';
  readonly #proof: glue.GpuProof | glue.CpuProof;

  /** @internal */
  constructor(root: Hash, device: 'gpu' | 'cpu', proof: glue.GpuProof | glue.CpuProof) {
    this.root = root;
    this.device = device;
    this.#proof = proof;
  }

  /**
   * Opens the samples that a beacon draws. May be called again.
   *
   * @throws {PinFiError} `Cancelled`, `MalformedInput`, `DeviceLost`, `DeviceFault`
   */
  async open(beacon: Hash, samples: number, options: ProveOptions = {}): Promise<Answer> {
    return (await this.#proof.open(bytesOf(beacon), u32(samples), told(options))) as Answer;
  }

  /**
   * Opens the one sample that a beacon draws, for a `Prove` action: as an accusation asks for it, or
   * the commitment's own beacon.
   *
   * @throws {PinFiError} as {@link open}
   */
  async openSample(beacon: Hash, sample: number, options: ProveOptions = {}): Promise<Hex> {
    return (await this.#proof.openSample(bytesOf(beacon), u32(sample), told(options))) as Hex;
  }

  /** Gives its memory back at once: a proof holds much. */
  free(): void {
    this.#proof.free();
  }
}

/**
 * Computes the chain of a task, the first phase. Best done in a worker; on the CPU it gives way
 * twenty times a second.
 *
 * @throws {PinFiError} `NotLoaded`, `MalformedInput`, `Cancelled`; on the GPU `NoAdapter`,
 * `NoDevice`, `WorkRefused`, `DeviceLost`, `DeviceFault`; on the CPU `WorkTooLarge`
 */
export async function prove(task: Task, options: ProveOptions = {}): Promise<Proof> {
  void wasm.exports;
  const { device = 'auto' } = options;
  if (device !== 'cpu') {
    try {
      return await onGpu(task, options);
    } catch (error) {
      if (device === 'gpu' || !isUnfit(error)) throw error;
    }
  }
  const proof = new glue.CpuProof(written(task));
  return new Proof((await proof.commit(told(options))) as Hash, 'cpu', proof);
}

async function onGpu(task: Task, options: ProveOptions): Promise<Proof> {
  const gpu = await request();
  try {
    const proof = await gpu.commit(written(task), told(options));
    return new Proof(proof.root() as Hash, 'gpu', proof);
  } finally {
    gpu.free();
  }
}

/** Asks for a GPU where there can be one: a window or a worker with WebGPU. */
async function request(): Promise<glue.Gpu> {
  void wasm.exports;
  const isPage = 'Window' in globalThis || 'WorkerGlobalScope' in globalThis;
  if (!isPage || !('gpu' in navigator)) {
    throw new PinFiError('NoAdapter', 'no GPU adapter: this host has no WebGPU');
  }
  return glue.Gpu.request();
}

/** Whether a GPU is not there, or not for this work: then the CPU is. */
function isUnfit(error: unknown): boolean {
  return (
    error instanceof PinFiError && ['NoAdapter', 'NoDevice', 'WorkRefused'].includes(error.code)
  );
}

function told({ onProgress, signal }: ProveOptions) {
  return (fraction: number): boolean => {
    onProgress?.(fraction);
    return signal?.aborted !== true;
  };
}

function written({ seed, n, rounds }: Task): unknown {
  const origin = typeof seed === 'string' ? { Seed: seed } : { Inputs: seedTo(seed) };
  return { origin, work: { n, rounds } };
}
