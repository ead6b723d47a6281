import type { PinFiError } from './error.js';
import { Reader } from './reader.js';
import type { Receipt } from './receipt.js';
import type { Hex } from './types.js';

/** Some bytes of an output. */
export interface Piece {
  /** The output's binding; 7 for the library's tasks. */
  readonly binding: number;
  /** Where they begin, in bytes. */
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A whole output. */
export interface Output {
  /** 7 for the library's tasks. */
  readonly binding: number;
  /** In a buffer of its own, from its beginning: `new Float32Array(bytes.buffer)` is its floats. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What happens to a job; with each event how many steps are done, and how many it has. */
export type Progress = { readonly done: number; readonly steps: number } & (
  | {
      /** It is in the device's queue. */
      readonly type: 'accepted';
      /** How many jobs of this client are before it. */
      readonly ahead: number;
    }
  | {
      /** A step is done. */
      readonly type: 'step';
      /** How long the device has been at work on the job so far, by the provider's word. */
      readonly busyMillis: number;
      /** What the outputs are now, in part. */
      readonly pieces: readonly Piece[];
    }
  | {
      /** The connection is lost, and is being made anew. */
      readonly type: 'lost';
      readonly reason: string;
    }
  | {
      /** The connection is there again: the job goes on, or is already done. */
      readonly type: 'resumed';
    }
  | {
      /** It is done; `result` has what it gave. */
      readonly type: 'done';
    }
);

/** An event, without what is the same in all of them. */
export type Happening = Progress extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'done' | 'steps'>
    : never
  : never;

/** What a job gave. */
export interface JobResult {
  readonly outputs: readonly Output[];
  readonly receipt: Receipt;
}

/**
 * A job under way. Iterating it gives what happens, and throws where the job ends without a result;
 * leaving the loop earlier cancels the job.
 *
 * An iterator is told what happens from its beginning on, and keeps it until it is read: at most what
 * the job gives in all. Where nobody iterates nothing is kept but the outputs, which are in the Wasm's
 * memory until the job is done.
 */
export class Run implements AsyncIterable<Progress> {
  /** The job's name: 16 bytes. */
  readonly id: Hex;
  /** How many steps it has. */
  readonly steps: number;
  /** What it gives. Whoever iterates need not wait for it. */
  readonly result: Promise<JobResult>;
  readonly #stop: () => void;
  readonly #readers = new Set<Reader<Progress>>();
  #done = 0;
  #end: { readonly error?: PinFiError } | undefined;
  #resolve: (result: JobResult) => void = () => {};
  #reject: (error: PinFiError) => void = () => {};

  /** @internal */
  constructor(id: Hex, steps: number, stop: () => void) {
    this.id = id;
    this.steps = steps;
    this.#stop = stop;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Who iterates hears of a failure there.
    this.result.catch(() => {});
  }

  /** Stops it. It ends with `JobCancelled`, once the device says so, unless it was done before. */
  cancel(): void {
    if (this.#end === undefined) this.#stop();
  }

  [Symbol.asyncIterator](): AsyncIterator<Progress, undefined> {
    const reader: Reader<Progress> = new Reader(() => {
      this.#readers.delete(reader);
      this.cancel();
    });
    if (this.#end === undefined) this.#readers.add(reader);
    else this.#close(reader, this.#end);
    return reader;
  }

  /** @internal */
  happened(event: Happening, done = this.#done): void {
    this.#done = done;
    for (const reader of this.#readers) reader.push(this.#told(event));
  }

  /** @internal */
  succeeded(result: JobResult): void {
    this.#done = this.steps;
    this.#ended({});
    this.#resolve(result);
  }

  /** @internal */
  failed(error: PinFiError): void {
    this.#ended({ error });
    this.#reject(error);
  }

  #ended(end: { readonly error?: PinFiError }): void {
    this.#end = end;
    for (const reader of this.#readers) this.#close(reader, end);
    this.#readers.clear();
  }

  #close(reader: Reader<Progress>, end: { readonly error?: PinFiError }): void {
    if (!('error' in end)) reader.push(this.#told({ type: 'done' }));
    reader.end(end);
  }

  #told(event: Happening): Progress {
    return { ...event, done: this.#done, steps: this.steps } as Progress;
  }
}
