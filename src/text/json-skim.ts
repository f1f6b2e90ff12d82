import { areEqual, join, parseStrictly, unescaped } from './json-bytes.js';
import type { ArrayWish, ObjectWish, Wish } from './json-wish.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const LOWER_U = 0x75;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;

/** The longest value that is kept, in bytes: a usage has some hundred. */
const MAX_KEPT = 64 * 1024;
/** The longest key or tallied string that is told from others, in bytes as written. */
const MAX_WORD = 128;
/** How many different strings are tallied. */
const MAX_TALLIED = 64;

/** What a string under way is: none, or passed over, a key, measured, tallied. */
type Role = 'none' | 'pass' | 'key' | 'measure' | 'tally';

/**
 * Reads a few values out of a JSON text that goes by in pieces, cut anywhere, in memory that does
 * not grow with the text. One pass, no recursion.
 *
 * What is kept was parsed, and names no key twice. The rest is not checked to be JSON: brackets
 * are counted, strings are told from what is outside of them, and no more.
 */
export class JsonSkim {
  readonly #root: Wish;
  /** The containers that are open and looked into. */
  readonly #open: (ObjectWish | ArrayWish)[] = [];
  readonly #word = new Uint8Array(MAX_WORD);
  readonly #kept = new Map<string, unknown>();
  readonly #tallied = new Map<string, number>();
  #wordLength = 0;
  /** What is wished of the value that begins next. */
  #next: Wish | undefined;
  #isKeyNext = false;
  /** How many containers are open that are not looked into. */
  #passing = 0;
  #role: Role = 'none';
  #isEscaped = false;
  /** The name under which the value under way is kept, where it began in these bytes, and before. */
  #keeping: string | undefined;
  #keptFrom = 0;
  #keptBefore: Uint8Array[] = [];
  #keptLength = 0;
  #isScalarKept = false;
  #isClosed = false;
  #isBroken = false;
  #isUnreadable = false;
  #measured = 0;
  #elements = 0;

  constructor(root: Wish) {
    this.#root = root;
    this.#next = root;
  }

  /** Whether one object or array was read from its beginning to its end, and nothing after it. */
  get isWhole(): boolean {
    return this.#isClosed && !this.#isBroken;
  }

  /** Whether something to keep was there twice, was longer than 64 KiB, or was no JSON. */
  get isUnreadable(): boolean {
    return this.#isUnreadable;
  }

  /** The bytes of all measured strings as UTF-8 or fewer: an escape counts as one. */
  get measuredBytes(): number {
    return this.#measured;
  }

  /** How many objects and arrays stand in the arrays that were looked into. */
  get elements(): number {
    return this.#elements;
  }

  get tallied(): ReadonlyMap<string, number> {
    return this.#tallied;
  }

  /** What was kept under the name; undefined when it was not there, or not to be read. */
  kept(name: string): unknown {
    return this.#kept.get(name);
  }

  /** Begins a new text. */
  reset(): void {
    this.#open.length = 0;
    if (this.#kept.size > 0) this.#kept.clear();
    if (this.#tallied.size > 0) this.#tallied.clear();
    this.#next = this.#root;
    this.#isKeyNext = false;
    this.#passing = 0;
    this.#role = 'none';
    this.#isEscaped = false;
    this.#keeping = undefined;
    this.#keptBefore = [];
    this.#isScalarKept = false;
    this.#isClosed = false;
    this.#isBroken = false;
    this.#isUnreadable = false;
    this.#measured = 0;
    this.#elements = 0;
  }

  write(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.#keptFrom = start;
    let at = start;
    while (at < end) {
      if (this.#role !== 'none') at = this.#readString(bytes, at, end);
      else if (this.#passing > 0) at = this.#pass(bytes, at, end);
      else {
        this.#step(bytes, at);
        at += 1;
      }
    }
    if (this.#keeping !== undefined) this.#keepPiece(bytes, end);
  }

  /** One byte outside of strings, in a container that is looked into. */
  #step(bytes: Uint8Array, at: number): void {
    const byte = bytes[at] ?? 0;
    if (byte <= SPACE || byte === COLON) {
      if (this.#isScalarKept) this.#endKept(bytes, at);
      return;
    }
    if (this.#isClosed) this.#isBroken = true;
    else if (byte === COMMA) {
      if (this.#isScalarKept) this.#endKept(bytes, at);
      this.#afterComma();
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (this.#isScalarKept) this.#endKept(bytes, at);
      this.#close(byte === CLOSE_OBJECT ? 'object' : 'array');
    } else if (!this.#isScalarKept) this.#begin(byte, at);
  }

  #afterComma(): void {
    const open = this.#open.at(-1);
    this.#isKeyNext = open?.kind === 'object';
    this.#next = open?.kind === 'array' ? open.element : undefined;
  }

  #close(kind: 'object' | 'array'): void {
    if (this.#open.pop()?.kind !== kind) this.#isBroken = true;
    this.#isKeyNext = false;
    this.#next = undefined;
    this.#isClosed = this.#open.length === 0;
  }

  /** The first byte of a value, or of a key. */
  #begin(byte: number, at: number): void {
    const wish = this.#next;
    if (byte === QUOTE && this.#isKeyNext) {
      this.#role = 'key';
      this.#wordLength = 0;
      return;
    }
    if (wish?.kind === 'keep') this.#beginKept(wish.name, at);
    if (byte === QUOTE) {
      this.#role = wish?.kind === 'measure' || wish?.kind === 'tally' ? wish.kind : 'pass';
      this.#wordLength = 0;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.#beginContainer(byte === OPEN_OBJECT ? 'object' : 'array', wish);
    } else {
      this.#isScalarKept = this.#keeping !== undefined;
    }
  }

  #beginContainer(kind: 'object' | 'array', wish: Wish | undefined): void {
    if (this.#open.at(-1)?.kind === 'array') this.#elements += 1;
    if ((wish?.kind !== 'object' && wish?.kind !== 'array') || wish.kind !== kind) {
      this.#passing = 1;
      return;
    }
    this.#open.push(wish);
    this.#isKeyNext = wish.kind === 'object';
    this.#next = wish.kind === 'array' ? wish.element : undefined;
  }

  /** Passes over a container that is not looked into. Answers where it stopped. */
  #pass(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.#role = 'pass';
        return at + 1;
      }
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#passing += 1;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        this.#passing -= 1;
        if (this.#passing > 0) continue;
        if (this.#keeping !== undefined) this.#endKept(bytes, at + 1);
        this.#isClosed = this.#open.length === 0;
        return at + 1;
      }
    }
    return end;
  }

  /** Reads on in a string. Answers where it stopped: behind its end, or at the end of the bytes. */
  #readString(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    let escaping = 0;
    while (at < end) {
      const byte = bytes[at];
      if (this.#isEscaped) {
        this.#isEscaped = false;
        // `\n` is two bytes, `\u00e9` six: each counts as one.
        escaping += byte === LOWER_U ? 5 : 1;
      } else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) break;
      at += 1;
    }
    const role = this.#role;
    if (role === 'measure') this.#measured += at - start - escaping;
    else if (role !== 'pass') this.#addToWord(bytes, start, at);
    if (at === end) return end;
    this.#endString(role, bytes, at);
    return at + 1;
  }

  #endString(role: Role, bytes: Uint8Array, at: number): void {
    this.#role = 'none';
    if (role === 'key') {
      this.#isKeyNext = false;
      this.#next = this.#matchKey();
    } else if (role === 'tally') this.#tally();
    else if (this.#passing === 0 && this.#keeping !== undefined) this.#endKept(bytes, at + 1);
  }

  #addToWord(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end && this.#wordLength < MAX_WORD; at += 1) {
      this.#word[this.#wordLength] = bytes[at] ?? 0;
      this.#wordLength += 1;
    }
  }

  #matchKey(): Wish | undefined {
    const open = this.#open.at(-1);
    if (open?.kind !== 'object') return undefined;
    const word = this.#word.subarray(0, this.#wordLength);
    const key = unescaped(word);
    for (const member of open.members) {
      if (areEqual(member.key, key)) return member.wish;
    }
    return undefined;
  }

  #tally(): void {
    const word = new TextDecoder().decode(unescaped(this.#word.subarray(0, this.#wordLength)));
    if (this.#tallied.size >= MAX_TALLIED && !this.#tallied.has(word)) this.#isUnreadable = true;
    else this.#tallied.set(word, (this.#tallied.get(word) ?? 0) + 1);
  }

  #beginKept(name: string, at: number): void {
    this.#keeping = name;
    this.#keptFrom = at;
    this.#keptLength = 0;
  }

  /** What these bytes have of the value under way is copied: the next ones come later. */
  #keepPiece(bytes: Uint8Array, end: number): void {
    this.#keptLength += end - this.#keptFrom;
    if (this.#keptLength <= MAX_KEPT) this.#keptBefore.push(bytes.slice(this.#keptFrom, end));
  }

  #endKept(bytes: Uint8Array, end: number): void {
    const name = this.#keeping ?? '';
    const last = bytes.subarray(this.#keptFrom, end);
    const isTooLong = this.#keptLength + last.length > MAX_KEPT;
    const raw = this.#keptBefore.length === 0 ? last : join([...this.#keptBefore, last]);
    this.#keeping = undefined;
    this.#keptBefore = [];
    this.#isScalarKept = false;
    const value = isTooLong || this.#kept.has(name) ? undefined : parseStrictly(raw);
    if (value === undefined) this.#isUnreadable = true;
    this.#kept.set(name, value);
  }
}
