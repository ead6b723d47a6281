// A queue that is filled from one side and iterated from the other.

interface Waiting<Value> {
  readonly resolve: (result: IteratorResult<Value, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const OVER = { done: true, value: undefined } as const;

/** Keeps what comes until it is read. */
export class Reader<Value> implements AsyncIterator<Value, undefined> {
  readonly #left: () => void;
  /** Two stacks: taking from the front of one long array would move it each time. */
  #in: Value[] = [];
  #out: Value[] = [];
  #waiting: Waiting<Value>[] = [];
  #end: { readonly error?: unknown } | undefined;

  /** `left` is called when it is left before its end. */
  constructor(left: () => void) {
    this.#left = left;
  }

  push(value: Value): void {
    if (this.#end !== undefined) return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#in.push(value);
    else waiting.resolve({ done: false, value });
  }

  /** Ends it; an error is thrown once, after what is kept. */
  end(end: { readonly error?: unknown } = {}): void {
    if (this.#end !== undefined) return;
    const [first, ...others] = this.#waiting;
    this.#waiting = [];
    const isThrown = 'error' in end && first !== undefined;
    this.#end = isThrown ? {} : end;
    if (isThrown) first.reject(end.error);
    else first?.resolve(OVER);
    for (const { resolve } of others) resolve(OVER);
  }

  next(): Promise<IteratorResult<Value, undefined>> {
    if (this.#out.length === 0) [this.#out, this.#in] = [this.#in.reverse(), []];
    if (this.#out.length > 0) {
      return Promise.resolve({ done: false, value: this.#out.pop() as Value });
    }
    const end = this.#end;
    if (end === undefined) {
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    }
    this.#end = {};
    return 'error' in end ? Promise.reject(end.error) : Promise.resolve(OVER);
  }

  return(): Promise<IteratorResult<Value, undefined>> {
    const isEarly = this.#end === undefined;
    [this.#in, this.#out] = [[], []];
    this.end();
    if (isEarly) this.#left();
    return Promise.resolve(OVER);
  }
}
