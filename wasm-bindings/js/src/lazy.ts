import { PinFiError } from './error.js';

/** Where the Wasm of an entry may come from; without one it lies beside this package's files. */
export type WasmSource =
  | BufferSource
  | WebAssembly.Module
  | Response
  | Promise<Response>
  | URL
  | string;

interface Glue<Exports> {
  default(input?: { module_or_path: WasmSource }): Promise<Exports>;
  initSync(input: { module: BufferSource }): Exports;
}

/** One entry's Wasm: made when it is first wanted, and once. */
export class Lazy<Exports> {
  readonly #entry: string;
  readonly #glue: Glue<Exports>;
  #bytes: (() => Uint8Array<ArrayBuffer>) | undefined;
  #loading: Promise<void> | undefined;
  #exports: Exports | undefined;

  constructor(entry: string, glue: Glue<Exports>) {
    this.#entry = entry;
    this.#glue = glue;
  }

  /** Hands in the bytes, for a host where they can be had at once. */
  provide(bytes: () => Uint8Array<ArrayBuffer>): void {
    this.#bytes ??= bytes;
  }

  /** Loads, unless that was done or is under way. A load that failed may be tried again. */
  load(source?: WasmSource): Promise<void> {
    this.#loading ??= this.#start(source).catch((cause: unknown) => {
      this.#loading = undefined;
      throw cause;
    });
    return this.#loading;
  }

  /** The Wasm's exports; makes it now where its bytes are at hand. */
  get exports(): Exports {
    if (this.#exports !== undefined) return this.#exports;
    if (this.#bytes === undefined) {
      throw new PinFiError('NotLoaded', `await load() of ${this.#entry} before anything else`);
    }
    this.#exports = this.#glue.initSync({ module: this.#bytes() });
    return this.#exports;
  }

  async #start(source: WasmSource | undefined): Promise<void> {
    if (this.#exports !== undefined) return;
    const from = source ?? this.#bytes?.();
    const made = await this.#glue.default(from === undefined ? undefined : { module_or_path: from });
    // Somebody may have used it synchronously meanwhile; the glue then has that one already.
    this.#exports ??= made;
  }
}
