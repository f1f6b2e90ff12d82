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
  /** The keys so far of each container that is open around the current one; undefined: an array. */
  const outer: (KeysSoFar | undefined)[] = [];
  let keys: KeysSoFar | undefined;
  /** Whether the next string is a key, if this is an object: after `{` or `,`, until it is read. */
  let keyIsNext = false;
  for (let at = 0; at < jsonText.length; at++) {
    switch (jsonText.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(jsonText, at);
        if (keyIsNext && keys !== undefined) {
          const key = readKey(jsonText, at, end);
          const name = options.foldTopLevelCase && outer.length === 1 ? foldCase(key) : key;
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
        outer.push(keys);
        keys = new KeysSoFar();
        keyIsNext = true;
        break;
      case OPEN_ARRAY:
        outer.push(keys);
        keys = undefined;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        keys = outer.pop();
        break;
    }
  }
  return undefined;
}

/** Up to here a list is searched sooner than a set is made. */
const MAX_LISTED = 12;

/** The keys of one object. */
class KeysSoFar {
  readonly #first: string[] = [];
  #more: Set<string> | undefined;

  /** Whether it was not there. */
  add(key: string): boolean {
    if (this.#first.includes(key) || this.#more?.has(key) === true) return false;
    if (this.#first.length < MAX_LISTED) this.#first.push(key);
    else {
      this.#more ??= new Set();
      this.#more.add(key);
    }
    return true;
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
