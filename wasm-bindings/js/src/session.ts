/**
 * Jobs on a device that one rents: it is dialled by its key through a relay, encrypted from end to
 * end, and what it gives is believed as far as its owner has signed for it.
 *
 * It takes a WebSocket: in a browser's windows and workers, Bun, and Node from 22 on.
 *
 * @packageDocumentation
 */

import { bytesOf } from './bytes.js';
import { ERROR_CODES, type ErrorCode } from './codes.js';
import { PinFiError } from './error.js';
import { workTo, type Work } from './jobs.js';
import type { WasmSource } from './lazy.js';
import { camelled } from './names.js';
import { receiptFrom, typedDataFrom } from './receipt.js';
import { Run } from './run.js';
import { glue, wasm } from './session.wasm.js';
import type { ConnectOptions, Heard, SessionTerms } from './terms.js';
import type { Hash, Hex } from './types.js';
import { u32, u64 } from './whole.js';

export { PinFiError, type ErrorValues } from './error.js';
export type {
  Buffer,
  Dispatch,
  Element,
  Filter,
  HashSearch,
  ImageFilter,
  MatrixProduct,
  Module,
  MonteCarlo,
  Perceptron,
  Words,
  Work,
} from './jobs.js';
export type { WasmSource } from './lazy.js';
export type { Receipt } from './receipt.js';
export { Run, type JobResult, type Output, type Piece, type Progress } from './run.js';
export type { ConnectOptions, JobLimits, SessionTerms } from './terms.js';
export type { TypedData, TypedField } from './typed-data.js';
export type { Address, Hash, Hex, RentalId, Seconds, StakeId } from './types.js';

/** Loads the Wasm, once. */
export function load(source?: WasmSource): Promise<void> {
  return wasm.load(source);
}

/** How a job is named, cut and stopped. */
export interface RunOptions {
  /**
   * The job's name, 16 bytes; drawn unless it is said. The same job under the same name runs once: so
   * a program that was ended asks for what its job gave.
   */
  readonly id?: Hex;
  /** A step of a library's task has at most 2ᵍʳᵃⁱⁿ operations, 0 to 40; 28 unless it is said. */
  readonly grain?: number;
  /** Stops the job. */
  readonly signal?: AbortSignal;
}

/** What is known of a job before it runs. */
export interface Judged {
  readonly steps: number;
  /** The hash of its bytes, as the receipt will have it. */
  readonly inputHash: Hash;
  /** Bytes that it gives, each time that an output is sent counted. */
  readonly outputBytes: bigint;
}

/**
 * Writes a job as the bytes that are sent and hashed: keep them, with the name in them, to ask for the
 * same job again.
 *
 * @throws {PinFiError} `NotLoaded`, `MalformedInput`
 */
export function jobBytes(work: Work, { id, grain }: RunOptions = {}): Uint8Array {
  void wasm.exports;
  const name = id === undefined ? crypto.getRandomValues(new Uint8Array(16)) : bytesOf(id);
  return glue.writeJob(name, grainOf(grain), workTo(work));
}

/**
 * Judges a job as a common GPU's owner would, before anything is rented. A device may allow less:
 * {@link Session.terms} has its limits.
 *
 * @throws {PinFiError} `NotLoaded`, `MalformedInput`, `JobRefused`
 */
export function judgeJob(job: Work | Uint8Array, options: Omit<RunOptions, 'signal'> = {}): Judged {
  const judged = camelled(glue.judgeJob(bytesOfJob(job, options))) as Omit<Judged, 'steps'> & { steps: bigint };
  return { ...judged, steps: Number(judged.steps) };
}

/**
 * Dials a device and opens a session with it. A connection that is lost is made anew, for about half a
 * minute, with another signature; jobs go on where they were.
 *
 * @throws {PinFiError} `NotLoaded`, `MalformedInput`, `DialRelay`, `DialKey`, `NoWebSocket`, `Cancelled`;
 * `DialUnreached` where nobody answers; `SessionRefused`, whose `values.code` is the device's word;
 * `SessionNotSigned`, `SessionOtherSigner` and others of sessions
 */
export function connect(options: ConnectOptions): Promise<Session> {
  return new Promise((resolve, reject) => {
    void wasm.exports;
    const { signal } = options;
    const session: Session = new Session(options, () => resolve(session));
    const close = () => void session.close();
    const isAborted = () => signal?.aborted === true;
    void session.closed.then((cause) => {
      signal?.removeEventListener('abort', close);
      // Nothing, once it was open.
      reject(isAborted() || cause === undefined ? new PinFiError('Cancelled', 'it was cancelled') : cause);
    });
    if (isAborted()) close();
    else signal?.addEventListener('abort', close, { once: true });
  });
}

/** An open session with a device. */
export class Session {
  /** Resolves when the session is over: to why, or to nothing where it was closed from here. */
  readonly closed: Promise<PinFiError | undefined>;
  readonly #session: glue.Session;
  readonly #runs = new Map<Hex, Run>();
  readonly #opened: () => void;
  #terms: SessionTerms | undefined;

  /** @internal */
  constructor({ domain, sign, key, relay, stake, rental, client, signers }: ConnectOptions, opened: () => void) {
    if (typeof sign !== 'function') throw new PinFiError('MalformedInput', 'sign is no function');
    const { chainId, ledger } = domain;
    const host = {
      sign: async (typed: string) => sign(typedDataFrom(typed)),
      hear: (event: unknown) => this.#hear(camelled(event) as Heard),
    };
    const order = { key, relay, stake: u64(stake), rental: u64(rental), client, signers };
    this.#opened = opened;
    this.#session = new glue.Session({ ...order, chainId: u64(chainId), ledger }, host);
    if (typeof globalThis.WebSocket !== 'function') {
      const words = 'this host has no WebSocket: a browser, Bun and Node from 22 on have one';
      throw new PinFiError('NoWebSocket', words);
    }
    this.closed = this.#session.dial().then(
      () => this.#over(undefined),
      (cause: PinFiError) => this.#over(cause),
    );
  }

  /** What was agreed on, when the session was opened last. */
  get terms(): SessionTerms {
    return this.#terms as SessionTerms;
  }

  /**
   * Sends a job: one of the library's tasks, a module, or the bytes of {@link jobBytes}. Several may be
   * under way at once; the device runs them one by one.
   *
   * @throws {PinFiError} `MalformedInput`; `JobRefused`: the device would not run it, so it was not sent;
   * `SessionClosed`; `Cancelled` by a signal that was aborted before
   */
  run(job: Work | Uint8Array, options: RunOptions = {}): Run {
    const { signal } = options;
    if (signal?.aborted) throw new PinFiError('Cancelled', 'the job was cancelled');
    const bytes = bytesOfJob(job, options);
    const { job: id, steps } = this.#submit(bytes);
    const cancel = () => this.#session.cancel(bytesOf(id));
    const run = new Run(id, Number(steps), cancel);
    this.#runs.set(id, run);
    signal?.addEventListener('abort', cancel, { once: true });
    const ended = () => signal?.removeEventListener('abort', cancel);
    run.result.then(ended, ended);
    return run;
  }

  /** Stops all jobs, closes the session, and waits until that is done. */
  async close(): Promise<void> {
    this.#session.close();
    await this.closed;
  }

  #submit(bytes: Uint8Array): { job: Hex; steps: bigint } {
    const name = hexOf(bytes.subarray(0, 16));
    if (this.#runs.has(name)) throw new PinFiError('MalformedInput', `job ${name} is under way`);
    return this.#session.submit(bytes) as { job: Hex; steps: bigint };
  }

  #hear(event: Heard): void {
    switch (event.type) {
      case 'opened': {
        const { type: _, ...terms } = event;
        if (this.#terms !== undefined) this.#all({ type: 'resumed' });
        this.#terms = terms;
        return this.#opened();
      }
      case 'lost':
        return this.#all({ type: 'lost', reason: event.reason });
      case 'accepted':
        return this.#runs.get(event.job)?.happened({ type: 'accepted', ahead: event.ahead });
      case 'step': {
        const pieces = event.pieces.map((piece) => ({ ...piece, offset: Number(piece.offset) }));
        const step = { type: 'step', busyMillis: Number(event.busyMillis), pieces } as const;
        return this.#runs.get(event.job)?.happened(step, Number(event.done));
      }
      case 'done':
        return this.#end(event.job)?.succeeded({
          outputs: event.outputs,
          receipt: receiptFrom(event.receipt),
        });
      case 'failed':
        return this.#end(event.job)?.failed(failure(event.code, event.reason));
    }
  }

  #all(event: { type: 'resumed' } | { type: 'lost'; reason: string }): void {
    for (const run of this.#runs.values()) run.happened(event);
  }

  #end(job: Hex): Run | undefined {
    const run = this.#runs.get(job);
    this.#runs.delete(job);
    return run;
  }

  #over(cause: PinFiError | undefined): PinFiError | undefined {
    const error = cause ?? new PinFiError('SessionClosed', 'the session was closed');
    for (const run of this.#runs.values()) run.failed(error);
    this.#runs.clear();
    return cause;
  }
}

function bytesOfJob(job: Work | Uint8Array, options: RunOptions): Uint8Array {
  void wasm.exports;
  return job instanceof Uint8Array ? job : jobBytes(job, options);
}

function grainOf(grain: number | undefined): number | undefined {
  if (grain === undefined || u32(grain) <= 40) return grain;
  throw new PinFiError('MalformedInput', `a grain of ${grain} is beyond 40`);
}

const hexOf = (bytes: Uint8Array): Hex =>
  `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;

/** The cause that a device names, if it is one of those that devices have. */
function failure(code: string, reason: string): PinFiError {
  const isKnown = /^(Job|Queue|Rental)/.test(code) && (ERROR_CODES as readonly string[]).includes(code);
  return isKnown
    ? new PinFiError(code as ErrorCode, reason)
    : new PinFiError('JobFailed', reason, { code });
}
