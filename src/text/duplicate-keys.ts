/**
 * Whether a JSON text names one key twice in an object. `JSON.parse` keeps the last of them in
 * silence, others keep the first: one body, two readings.
 */
export interface DuplicateKeyOptions {
  /**
   * Keys of the outermost object that differ only by case are duplicates too, as they are for a
   * reader that matches names without regard to it (Go's encoding/json, where U+212A KELVIN SIGN
   * is a `k` and U+017F LONG S an `s`).
   */
  readonly foldTopLevelCase?: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/**
 * The first key found a second time in its object, decoded, or undefined when there is none.
 * One pass, no recursion.
 * @param jsonText valid JSON: it must have passed `JSON.parse`. For any other text the answer
 * means nothing.
 */
export function findDuplicateKey(
  jsonText: string,
  options: DuplicateKeyOptions = {},
): string | undefined {
  const keys = new OpenKeys();
  /** Whether the next string is a key, if this is an object: after `{` or `,`, until it is read. */
  let keyIsNext = false;
  for (let at = 0; at < jsonText.length; at++) {
    switch (jsonText.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(jsonText, at);
        if (keyIsNext && keys.isInObject) {
          const key = readKey(jsonText, at, end);
          const name = options.foldTopLevelCase && keys.depth === 1 ? foldCase(key) : key;
          if (!keys.add(name)) return key;
          keyIsNext = false;
        }
        at = end;
        break;
      }
      case COMMA:
        keyIsNext = true;
        break;
      case OPEN_OBJECT:
        keys.openObject();
        keyIsNext = true;
        break;
      case OPEN_ARRAY:
        keys.openArray();
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        keys.close();
        break;
    }
  }
  return undefined;
}

/** Up to here a list is searched sooner than a set is made. */
const MAX_LISTED = 12;

/** In the place of where an object's keys begin: an array, or nothing, is open. */
const NONE = -1;

/**
 * The keys so far of all objects that are open, in one list, those of the outer ones first: a list for each
 * object would be more than all else that a small text leaves behind.
 */
class OpenKeys {
  readonly #names: string[] = [];
  /** How many of the list count: what stands behind is of objects that are closed. */
  #count = 0;
  /** Where those of the innermost container begin, and those of each around it. */
  #from = NONE;
  readonly #outer: number[] = [];
  /** All keys of an object that has more than are listed, by where its list begins. */
  #sets: Map<number, Set<string>> | undefined;

  get depth(): number {
    return this.#outer.length;
  }

  get isInObject(): boolean {
    return this.#from !== NONE;
  }

  openObject(): void {
    this.#outer.push(this.#from);
    this.#from = this.#count;
  }

  openArray(): void {
    this.#outer.push(this.#from);
    this.#from = NONE;
  }

  close(): void {
    if (this.#from !== NONE) {
      this.#count = this.#from;
      this.#sets?.delete(this.#from);
    }
    this.#from = this.#outer.pop() ?? NONE;
  }

  /** Whether the innermost object did not have it. */
  add(name: string): boolean {
    if (this.#count - this.#from >= MAX_LISTED) return this.#addToSet(name);
    for (let at = this.#from; at < this.#count; at++) {
      if (this.#names[at] === name) return false;
    }
    this.#names[this.#count] = name;
    this.#count += 1;
    return true;
  }

  #addToSet(name: string): boolean {
    this.#sets ??= new Map();
    let set = this.#sets.get(this.#from);
    if (set === undefined) {
      set = new Set(this.#names.slice(this.#from, this.#count));
      this.#sets.set(this.#from, set);
    }
    const before = set.size;
    return set.add(name).size > before;
  }
}

/** The index of the quote that ends the string opened at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Whether an odd number of backslashes stands before `index`. */
function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (index - first) % 2 === 1;
}

function readKey(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  return raw.includes('\\') ? (JSON.parse(text.slice(start, end + 1)) as string) : raw;
}

/** Lower case makes a `k` of the KELVIN SIGN, but leaves the LONG S as it is. */
function foldCase(key: string): string {
  return key.toLowerCase().replaceAll('\u017f', 's');
}
