import { isAt, unescaped } from './json-bytes.js';
import type { ArrayWish, ObjectWish, Wish } from './json-wish.js';
import { KeptRows, type Row } from './kept-rows.js';
import { KeptValues } from './kept-values.js';
import { Tally } from './tally.js';

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

/** The longest key, tallied string or word of a row that is told from others, in bytes as written. */
const MAX_WORD = 160;

const utf8 = new TextDecoder();

/** What a string under way is: none, or passed over, a key, measured, tallied, a word of a row. */
type Role = 'none' | 'pass' | 'key' | 'measure' | 'tally' | 'slot';

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
  /** Made when it is needed: in most texts each key is in one piece. */
  #word: Uint8Array | undefined;
  readonly #kept = new KeptValues();
  readonly #rows = new KeptRows();
  readonly #tally = new Tally();
  #wordLength = 0;
  /** Which word of the row the string under way is. */
  #place = 0;
  /** What is wished of the value that begins next. */
  #next: Wish | undefined;
  #isKeyNext = false;
  /** How many containers are open that are not looked into. */
  #passing = 0;
  #role: Role = 'none';
  #isEscaped = false;
  #hasEscapes = false;
  #isScalarKept = false;
  #isClosed = false;
  #isBroken = false;
  #measured = 0;
  #measuredStrings = 0;
  #measuredStart = 0;
  #elements = 0;

  constructor(root: Wish) {
    this.#root = root;
    this.#next = root;
  }

  /** Whether one object or array was read from its beginning to its end, and nothing after it. */
  get isWhole(): boolean {
    return this.#isClosed && !this.#isBroken;
  }

  /** Whether something to keep was there twice, too long, or no JSON; or too much was tallied or listed. */
  get isUnreadable(): boolean {
    return this.#kept.isUnreadable || this.#tally.isOverfull || this.#rows.isOverfull;
  }

  /** The bytes of all measured strings as UTF-8 or fewer: an escape counts as one. */
  get measuredBytes(): number {
    return this.#measured;
  }

  /** How many strings were measured, and where the last one began in the bytes of that write. */
  get measuredStrings(): number {
    return this.#measuredStrings;
  }

  get measuredStart(): number {
    return this.#measuredStart;
  }

  /** Says of the next text what it says of this one, but for the length of its one measured string. */
  measureAgain(bytes: number): void {
    this.#measured = bytes;
  }

  /** How many objects and arrays stand in the arrays that were looked into. */
  get elements(): number {
    return this.#elements;
  }

  get tallied(): ReadonlyMap<string, number> {
    return this.#tally.counts;
  }

  /** The rows of the table, in the text's order. */
  get rows(): readonly Row[] {
    return this.#rows.rows;
  }

  /** What was kept under the name; undefined when it was not there, or not to be read. */
  kept(name: string): unknown {
    return this.#kept.get(name);
  }

  /** An object that was kept, as it was written: its numbers have lost nothing yet. */
  keptText(name: string): string | undefined {
    return this.#kept.textOf(name);
  }

  /** Begins a new text. */
  reset(): void {
    this.#open.length = 0;
    this.#kept.reset();
    this.#rows.reset();
    this.#tally.reset();
    this.#next = this.#root;
    this.#isKeyNext = false;
    this.#passing = 0;
    this.#role = 'none';
    this.#isEscaped = false;
    this.#isScalarKept = false;
    this.#isClosed = false;
    this.#isBroken = false;
    this.#measured = 0;
    this.#measuredStrings = 0;
    this.#elements = 0;
  }

  write(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.#kept.continueAt(start);
    let at = start;
    while (at < end) {
      if (this.#role !== 'none') at = this.#readString(bytes, at, end);
      else if (this.#passing > 0) at = this.#pass(bytes, at, end);
      else {
        this.#step(bytes, at);
        at += 1;
      }
    }
    this.#kept.addTo(bytes, end);
  }

  /** One byte outside of strings, in a container that is looked into. */
  #step(bytes: Uint8Array, at: number): void {
    const byte = bytes[at] ?? 0;
    if (byte <= SPACE || byte === COLON) {
      if (this.#isScalarKept) this.#endScalar(bytes, at);
      return;
    }
    if (this.#isClosed) this.#isBroken = true;
    else if (byte === COMMA) {
      if (this.#isScalarKept) this.#endScalar(bytes, at);
      this.#afterComma();
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (this.#isScalarKept) this.#endScalar(bytes, at);
      this.#close(byte === CLOSE_OBJECT ? 'object' : 'array');
    } else if (!this.#isScalarKept) this.#begin(byte, at);
  }

  #endScalar(bytes: Uint8Array, end: number): void {
    this.#isScalarKept = false;
    this.#kept.end(bytes, end);
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
    const around = this.#open.at(-1);
    if (around === undefined) this.#isClosed = true;
    else if (around.kind === 'array' && around.isTable) this.#rows.endRow();
  }

  /** The first byte of a value, or of a key. */
  #begin(byte: number, at: number): void {
    const wish = this.#next;
    if (byte === QUOTE && this.#isKeyNext) {
      this.#beginString('key');
      return;
    }
    if (wish?.kind === 'keep') this.#kept.begin(wish.name, at);
    if (byte === QUOTE) {
      this.#beginString(roleOf(wish));
      if (wish?.kind === 'measure') {
        this.#measuredStrings += 1;
        this.#measuredStart = at + 1;
      } else if (wish?.kind === 'slot') this.#place = wish.place;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.#beginContainer(byte === OPEN_OBJECT ? 'object' : 'array', wish);
    } else {
      this.#isScalarKept = this.#kept.isUnderWay;
    }
  }

  #beginString(role: Role): void {
    this.#role = role;
    this.#wordLength = 0;
    this.#hasEscapes = false;
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
        if (this.#kept.isUnderWay) this.#kept.end(bytes, at + 1);
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
    if (this.#isEscaped) {
      this.#isEscaped = false;
      escaping = escapeOverhead(bytes[at]);
      at += 1;
    }
    while (at < end) {
      const byte = bytes[at];
      if (byte === QUOTE) break;
      at += 1;
      if (byte !== BACKSLASH) continue;
      this.#hasEscapes = true;
      if (at === end) this.#isEscaped = true;
      else {
        escaping += escapeOverhead(bytes[at]);
        at += 1;
      }
    }
    const role = this.#role;
    if (role === 'measure') this.#measured += at - start - escaping;
    if (at < end) {
      this.#endString(role, bytes, start, at);
      return at + 1;
    }
    if (role === 'key' || role === 'tally' || role === 'slot') this.#addToWord(bytes, start, at);
    return end;
  }

  #endString(role: Role, bytes: Uint8Array, start: number, at: number): void {
    this.#role = 'none';
    if (role === 'key') {
      this.#isKeyNext = false;
      this.#next = this.#matchKey(bytes, start, at);
    } else if (role === 'tally') this.#tally.add(decoded(this.#wordTo(bytes, start, at)));
    else if (role === 'slot') this.#rows.put(this.#place, decoded(this.#wordTo(bytes, start, at)));
    else if (this.#passing === 0 && this.#kept.isUnderWay) this.#kept.end(bytes, at + 1);
  }

  #matchKey(bytes: Uint8Array, start: number, end: number): Wish | undefined {
    const open = this.#open.at(-1);
    if (open?.kind !== 'object') return undefined;
    const isHere = this.#wordLength === 0 && !this.#hasEscapes;
    const key = isHere ? bytes : this.#wordTo(bytes, start, end);
    const from = isHere ? start : 0;
    const to = isHere ? end : key.length;
    for (const member of open.members) {
      if (isAt(member.key, key, from, to)) return member.wish;
    }
    return undefined;
  }

  /** A part of a key or tallied string that goes on in the next bytes. */
  #addToWord(bytes: Uint8Array, start: number, end: number): Uint8Array {
    this.#word ??= new Uint8Array(MAX_WORD);
    for (let at = start; at < end && this.#wordLength < MAX_WORD; at += 1) {
      this.#word[this.#wordLength] = bytes[at] ?? 0;
      this.#wordLength += 1;
    }
    return this.#word;
  }

  /** The whole of it, without its escapes. */
  #wordTo(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const word = this.#addToWord(bytes, start, end);
    return unescaped(word.subarray(0, this.#wordLength));
  }
}

function roleOf(wish: Wish | undefined): Role {
  const kind = wish?.kind;
  return kind === 'measure' || kind === 'tally' || kind === 'slot' ? kind : 'pass';
}

function decoded(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

/** `\n` is two bytes, `\u00e9` six: each counts as one. */
function escapeOverhead(escaped: number | undefined): number {
  return escaped === LOWER_U ? 5 : 1;
}
