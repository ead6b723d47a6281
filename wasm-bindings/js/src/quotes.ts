import type { Wei } from './types.js';

/** `gross = cost + fee`; `burned` is part of `fee`. */
export interface BuyQuote {
  /** What the reserves take for the compute alone. */
  readonly cost: Wei;
  /** What the buyer pays. */
  readonly gross: Wei;
  readonly fee: Wei;
  readonly burned: Wei;
}

/** `net = out − fee`; `burned` is part of `fee`. */
export interface SellQuote {
  /** What the reserves give for the compute alone. */
  readonly out: Wei;
  /** What the seller receives. */
  readonly net: Wei;
  readonly fee: Wei;
  readonly burned: Wei;
}

/** What joining as an LP takes and gives. */
export interface JoinQuote {
  /** The PIN to pair with the hours, rounded up. */
  readonly tokens: Wei;
  /** κ: the share's decay rate, in Wad per second. */
  readonly decay: bigint;
}

/** What leaving early brings and costs, beside what is pending. */
export interface LeaveQuote {
  /** The share of the PIN. */
  readonly tokens: Wei;
  /** What is bought of the time that the share of compute falls short of. */
  readonly bought: BuyQuote;
  /** `tokens` less what is bought; may be negative. */
  readonly net: Wei;
  /** The maintenance fee of the stake that is held again. */
  readonly maintenanceFee: Wei;
}

/** Whether a list in rising order holds a place. */
function has(places: Uint32Array, place: number): boolean {
  let [from, to] = [0, places.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((places[middle] ?? place) < place) from = middle + 1;
    else to = middle;
  }
  return places[from] === place;
}

/** Words of 64 bits in one quote. */
const WORDS = 8;

/**
 * Many quotes, packed: eight words a quote, two for each of its four amounts, the lower first. A
 * refused one is zeros, and its place is in `refused`, which rises.
 */
export class Quotes<Quote extends BuyQuote | SellQuote> {
  readonly length: number;
  readonly words: BigUint64Array;
  readonly refused: Uint32Array;
  readonly #columns: readonly (keyof Quote)[];

  /** @internal */
  constructor(words: BigUint64Array, refused: Uint32Array, columns: readonly (keyof Quote)[]) {
    this.length = words.length / WORDS;
    this.words = words;
    this.refused = refused;
    this.#columns = columns;
  }

  /** One amount of the quote at a place; zero where it was refused. */
  amount(place: number, column: keyof Quote): Wei {
    const at = place * WORDS + 2 * this.#columns.indexOf(column);
    return ((this.words[at + 1] ?? 0n) << 64n) | (this.words[at] ?? 0n);
  }

  /** The quote at a place; `undefined` where it was refused. */
  at(place: number): Quote | undefined {
    if (place < 0 || place >= this.length || has(this.refused, place)) return undefined;
    const amounts = this.#columns.map((column) => [column, this.amount(place, column)]);
    return Object.fromEntries(amounts) as Quote;
  }
}
