import { copy, isAt, join, parseStrictly } from './json-bytes.js';

const OPEN_OBJECT = 0x7b;

const utf8 = new TextDecoder();

/** The longest value that is kept, in bytes: a usage has some hundred. */
const MAX_BYTES = 64 * 1024;
/** Up to here a value is remembered as it was written, and not parsed again. */
const MAX_REMEMBERED = 128;

interface Remembered {
  readonly raw: Uint8Array;
  readonly value: unknown;
}

/**
 * The values that a skim keeps, one under a name: their bytes are gathered from the pieces in which
 * they come, and parsed at their end.
 */
export class KeptValues {
  readonly #values = new Map<string, unknown>();
  /** Of the objects alone, as they were written; the bytes are the answer's own. */
  #written: Map<string, Uint8Array> | undefined;
  /** From the second text on: of one alone there is nothing to be remembered. */
  #remembered: Map<string, Remembered> | undefined;
  /** The name of the value under way. */
  #name: string | undefined;
  /** Where it begins in the bytes under way; and what came of it before them. */
  #from = 0;
  #before: Uint8Array[] = [];
  #length = 0;
  #isUnreadable = false;

  get isUnderWay(): boolean {
    return this.#name !== undefined;
  }

  /** Whether a value was there twice, was longer than 64 KiB, or was no JSON. */
  get isUnreadable(): boolean {
    return this.#isUnreadable;
  }

  get(name: string): unknown {
    return this.#values.get(name);
  }

  /** An object as it was written; undefined for what is none, or was not there. */
  textOf(name: string): string | undefined {
    const raw = this.#written?.get(name);
    return raw && utf8.decode(raw);
  }

  /** Begins a new text. */
  reset(): void {
    this.#remembered ??= new Map();
    if (this.#values.size > 0) this.#values.clear();
    this.#written = undefined;
    this.#name = undefined;
    this.#before = [];
    this.#isUnreadable = false;
  }

  begin(name: string, at: number): void {
    this.#name = name;
    this.#from = at;
    this.#length = 0;
  }

  /** New bytes: what is under way goes on where they start. */
  continueAt(start: number): void {
    this.#from = start;
  }

  /** The bytes under way end here. What they have of the value is copied: others may follow. */
  addTo(bytes: Uint8Array, end: number): void {
    if (this.#name === undefined) return;
    this.#length += end - this.#from;
    if (this.#length <= MAX_BYTES) this.#before.push(copy(bytes, this.#from, end));
  }

  /** The value ends before this byte. */
  end(bytes: Uint8Array, end: number): void {
    const name = this.#name ?? '';
    const last = bytes.subarray(this.#from, end);
    const isTooLong = this.#length + last.length > MAX_BYTES;
    const raw = this.#before.length === 0 ? last : join([...this.#before, last]);
    this.#name = undefined;
    this.#before = [];
    const value = isTooLong || this.#values.has(name) ? undefined : this.#parse(name, raw);
    if (value === undefined) this.#isUnreadable = true;
    this.#values.set(name, value);
    if (raw[0] !== OPEN_OBJECT) return;
    this.#written ??= new Map();
    this.#written.set(name, raw);
  }

  /** Text after text, the same short value stands in the same place: a type, a tier, a null. */
  #parse(name: string, raw: Uint8Array): unknown {
    const before = this.#remembered?.get(name);
    if (before !== undefined && isAt(before.raw, raw, 0, raw.length)) return before.value;
    const value = parseStrictly(raw);
    if (raw.length <= MAX_REMEMBERED && this.#remembered !== undefined) {
      this.#remembered.set(name, { raw: copy(raw, 0, raw.length), value });
    }
    return value;
  }
}
