// What a device computes, and its form between this package and the Wasm.

import { PinFiError } from './error.js';
import { bytesIn, bytesOfNumbers, type Element, type Words } from './words.js';

export type { Element, Words } from './words.js';

/** `A · B`, row by row; integers are multiplied modulo 2³². */
export type MatrixProduct = {
  /** Rows of A, 1 to 2¹⁵. */
  readonly rows: number;
  /** Columns of A and rows of B, 1 to 2¹⁵. */
  readonly inner: number;
  /** Columns of B, 1 to 2¹⁵. */
  readonly columns: number;
} & (
  | { readonly scalar: 'u32'; readonly a: Uint32Array; readonly b: Uint32Array }
  | { readonly scalar: 'f32'; readonly a: Float32Array; readonly b: Float32Array }
);

/** What is computed for each pixel; the square's side is `2 · radius + 1`, and a radius 0 to 16. */
export type Filter =
  | 'sobel'
  | { readonly boxBlur: { readonly radius: number } }
  | {
      readonly convolution: {
        readonly radius: number;
        /** Line by line, each −4096 to 4096. */
        readonly weights: readonly number[];
        /** What the sum is divided by, 1 to 2²². */
        readonly divisor: number;
        /** What is added, −255 to 255. */
        readonly bias: number;
      };
    };

/** A filter over an image. */
export interface ImageFilter {
  /** 1 to 2¹⁴. */
  readonly width: number;
  /** 1 to 2¹⁴. */
  readonly height: number;
  /** RGBA, a byte each, line by line: the `data` of an `ImageData`. */
  readonly pixels: Uint8Array | Uint8ClampedArray;
  readonly filter: Filter;
}

/** The price of an option on a share that follows a geometric Brownian motion. */
export interface MonteCarlo {
  readonly payoff: 'call' | 'put';
  /** `last` is a European option, `mean` an Asian one. */
  readonly averaging: 'last' | 'mean';
  readonly spot: number;
  readonly strike: number;
  /** Interest a year, −1 to 1. */
  readonly rate: number;
  readonly volatility: number;
  readonly years: number;
  /** Moments of a path, 1 to 2¹². */
  readonly moments: number;
  /** Paths of a lane, 1 to 2¹⁰. */
  readonly paths: number;
  /** Each gives the sum of its payoffs and that of their squares, two floats; 1 to 2²⁰. */
  readonly lanes: number;
  readonly seed: bigint;
}

/** The answers of a small neural network to a batch. */
export interface Perceptron {
  /** Numbers that an item has, 1 to 2¹³. */
  readonly inputs: number;
  /** 1 to 16. */
  readonly layers: readonly {
    /** 1 to 2¹³. */
    readonly neurons: number;
    readonly activation: 'identity' | 'relu' | 'sigmoid';
  }[];
  /** For each layer the weights of each neuron one after another, then the biases. */
  readonly weights: Float32Array;
  /** Items of the batch, 1 to 2²⁰. */
  readonly items: number;
  /** The items one after another. */
  readonly batch: Float32Array;
}

/** A search for nonces at which `keccak256(nonce ‖ text)` begins with zeros. */
export interface HashSearch {
  /** What follows the nonce, 120 bytes at most. */
  readonly text: Uint8Array;
  /** The first nonce. */
  readonly start: bigint;
  /** How many times 4096 nonces are tried, 1 to 2²⁰. */
  readonly segments: number;
  /** How many bits must be zero, 1 to 64. */
  readonly zeroBits: number;
}

/** A buffer of a module, in group 0. */
export interface Buffer {
  /** Below 64. */
  readonly binding: number;
  readonly element: Element;
  /** Its length in words of four bytes. */
  readonly words: number;
  /** What it is for, which is also how the module may access it. */
  readonly role: 'input' | 'output' | 'scratch' | 'uniform';
  /** All its words, for an input or a uniform alone; others begin as zeros. */
  readonly values?: readonly number[] | Words;
}

/** A dispatch of a module. */
export interface Dispatch {
  /** The entry point. */
  readonly entry: string;
  /** Workgroups along x, y and z. */
  readonly groups: readonly [number, number, number];
  /** How often, each a step of the job; 1 unless it is said. */
  readonly repeat?: number;
  /** The outputs to send after each time, by binding. All come after the last step. */
  readonly shows?: readonly number[];
}

/** WGSL of your own. */
export interface Module {
  readonly source: string;
  readonly buffers: readonly Buffer[];
  readonly plan: readonly Dispatch[];
}

/** What a job computes: one of the library's tasks, or a module. */
export type Work =
  | { readonly matrixProduct: MatrixProduct }
  | { readonly imageFilter: ImageFilter }
  | { readonly monteCarlo: MonteCarlo }
  | { readonly perceptron: Perceptron }
  | { readonly hashSearch: HashSearch }
  | { readonly module: Module };

/** The name of a variant as the Wasm has it: `u32` as `U32`. */
const variant = (name: unknown) => String(name).replace(/^./, (letter) => letter.toUpperCase());

/** Each kind of work as the Wasm takes it, of what has the right form or is refused there. */
const WRITERS: Readonly<Record<string, (work: never) => unknown>> = {
  matrixProduct({ scalar, a, b, ...sides }: MatrixProduct) {
    const kinds = [scalar === 'f32' ? 'Float32Array' : 'Uint32Array'];
    const [first, second] = [bytesIn('a', a, kinds), bytesIn('b', b, kinds)];
    return { Library: { MatrixProduct: { ...sides, scalar: variant(scalar), a: first, b: second } } };
  },
  imageFilter({ pixels, filter, ...sides }: ImageFilter) {
    const bytes = bytesIn('pixels', pixels, ['Uint8Array', 'Uint8ClampedArray']);
    return { Library: { ImageFilter: { ...sides, pixels: bytes, filter: filterTo(filter) } } };
  },
  monteCarlo({ payoff, averaging, ...numbers }: MonteCarlo) {
    const option = { ...numbers, payoff: variant(payoff), averaging: variant(averaging) };
    return { Library: { MonteCarlo: option } };
  },
  perceptron({ layers, weights, batch, ...sizes }: Perceptron) {
    const floats = (name: string, words: unknown) => bytesIn(name, words, ['Float32Array']);
    const told = layers.map(({ neurons, activation }) => ({ neurons, activation: variant(activation) }));
    const [weighed, asked] = [floats('weights', weights), floats('batch', batch)];
    return { Library: { Perceptron: { ...sizes, layers: told, weights: weighed, batch: asked } } };
  },
  hashSearch({ text, zeroBits, ...range }: HashSearch) {
    const bytes = bytesIn('text', text, ['Uint8Array']);
    return { Library: { HashSearch: { ...range, text: bytes, zero_bits: zeroBits } } };
  },
  module({ source, buffers, plan }: Module) {
    return { Module: { source, buffers: buffers.map(bufferTo), plan: plan.map(dispatchTo) } };
  },
};

/**
 * Writes work as the Wasm takes it.
 *
 * @throws {PinFiError} `MalformedInput`
 */
export function workTo(work: Work): unknown {
  const [[kind, what] = ['', undefined], ...others] = Object.entries(work ?? {});
  const write = Object.hasOwn(WRITERS, kind) ? WRITERS[kind] : undefined;
  if (write === undefined || others.length > 0) {
    throw new PinFiError('MalformedInput', `work is one of ${Object.keys(WRITERS).join(', ')}`);
  }
  try {
    return present(write(what as never));
  } catch (error) {
    // What is missing is met as a TypeError.
    if (error instanceof PinFiError) throw error;
    throw new PinFiError('MalformedInput', `${kind}: ${(error as Error).message}`);
  }
}

/** A plain object without what is undefined, all the way down: its absence is refused by its name. */
function present(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(present);
  if (Object.getPrototypeOf(value ?? 0) !== Object.prototype) return value;
  const entries = Object.entries(value as object).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([name, inner]) => [name, present(inner)]));
}

function filterTo(filter: Filter): unknown {
  if (typeof filter === 'string') return variant(filter);
  const named = Object.entries(filter).map(([name, inner]) => [variant(name), inner]);
  return Object.fromEntries(named);
}

function bufferTo({ binding, element, words, role, values }: Buffer, at: number): unknown {
  const place = `buffers[${at}].values`;
  const contents = contentsOf(place, element, values ?? []);
  return { binding, words, element: variant(element), role: variant(role), contents };
}

function contentsOf(place: string, element: Element, values: readonly number[] | Words): Uint8Array {
  if (Array.isArray(values)) {
    if (!['u32', 'i32', 'f32', 'mixed'].includes(element)) {
      throw new PinFiError('MalformedInput', `${place}: ${element} is no element`);
    }
    return bytesOfNumbers(place, element, values);
  }
  const kinds = ['Uint8Array', 'Uint8ClampedArray', 'Uint32Array', 'Int32Array', 'Float32Array'];
  return bytesIn(place, values, kinds);
}

function dispatchTo({ entry, groups, repeat = 1, shows = [] }: Dispatch): unknown {
  return { entry, groups, repeat, shows };
}
