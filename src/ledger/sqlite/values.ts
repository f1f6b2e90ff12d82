import { type Vector, vectorOf } from '../../money/units.js';

/**
 * What a message from thread to thread is made of. Copying objects costs by their members, and lists by
 * their number: one list of numbers and one of texts, for all that a message says, take a tenth of it.
 */
export interface Values {
  readonly numbers: Float64Array;
  readonly texts: readonly string[];
  /** What is said seldom, as it is. */
  readonly others: readonly unknown[];
}

/** Of an amount or a time that is not there: none is below zero. */
const NONE = -1;

/** Values one behind the other, to be read in the same order. */
export class ValueWriter {
  readonly #numbers: number[] = [];
  readonly #texts: string[] = [];
  readonly #others: unknown[] = [];

  number(value: number): void {
    this.#numbers.push(value);
  }

  numberIfAny(value: number | undefined): void {
    this.#numbers.push(value ?? NONE);
  }

  text(value: string): void {
    this.#texts.push(value);
  }

  other(value: unknown): void {
    this.#others.push(value);
  }

  vector({ credits, usd, tokens, calls }: Vector): void {
    this.#numbers.push(credits ?? NONE, usd ?? NONE, tokens ?? NONE, calls ?? NONE);
  }

  values(): Values {
    const numbers = new Float64Array(this.#numbers);
    return { numbers, texts: this.#texts, others: this.#others };
  }
}

/** @throws {RangeError} past the last value of its kind: what was written is not what is read */
export class ValueReader {
  readonly #values: Values;
  #number = 0;
  #text = 0;
  #other = 0;

  constructor(values: Values) {
    this.#values = values;
  }

  get isAtEnd(): boolean {
    return this.#number === this.#values.numbers.length;
  }

  number(): number {
    const value = this.#values.numbers[this.#number];
    if (value === undefined) throw new RangeError('a message between the threads is too short');
    this.#number += 1;
    return value;
  }

  numberIfAny(): number | undefined {
    const value = this.number();
    return value === NONE ? undefined : value;
  }

  text(): string {
    const value = this.#values.texts[this.#text];
    if (value === undefined) throw new RangeError('a message between the threads lacks a text');
    this.#text += 1;
    return value;
  }

  /** As it was written; whoever reads it knows of what type that was. */
  other<Type>(): Type {
    const value = this.#values.others[this.#other];
    this.#other += 1;
    return value as Type;
  }

  vector(): Vector {
    const credits = this.numberIfAny();
    const usd = this.numberIfAny();
    const tokens = this.numberIfAny();
    const calls = this.numberIfAny();
    return vectorOf({ credits, usd, tokens, calls });
  }
}
