import { spellingsOf } from './spellings.js';

/** What stands in a secret's place. */
const MARK = Buffer.from('[secret]');
const NOTHING = new Uint8Array();

/** Cuts an upstream's secrets out of what it answers. */
export class SecretCutter {
  readonly #spellings: readonly Buffer[];

  /** @param values of headers; those without a secret of a length that can be told by are passed over */
  constructor(values: readonly string[]) {
    this.#spellings = [...values.flatMap(spellingsOf)];
  }

  /** Nothing to be cut. */
  get isIdle(): boolean {
    return this.#spellings.length === 0;
  }

  /** A header's value, as Node reads it: a character a byte. */
  text(value: string): string {
    const bytes = Buffer.from(value, 'latin1');
    return this.#first(bytes, 0) === undefined ? value : toLatin1(this.all(bytes));
  }

  all(bytes: Uint8Array): Uint8Array {
    const stream = this.stream();
    return Buffer.concat([stream.push(bytes), stream.end()]);
  }

  /** For a body in pieces, wherever they are cut. */
  stream(): SecretStream {
    let kept: Uint8Array = NOTHING;
    return {
      push: (piece) => {
        const bytes = kept.length === 0 ? asBuffer(piece) : Buffer.concat([kept, piece]);
        const [out, from] = this.#cut(bytes);
        const upTo = this.#beginsAt(bytes, from);
        kept = bytes.subarray(upTo);
        const rest = bytes.subarray(from, upTo);
        return out.length === 0 ? rest : Buffer.concat([...out, rest]);
      },
      end: () => {
        const rest = kept;
        kept = NOTHING;
        return rest;
      },
    };
  }

  /** The pieces up to the last secret that is whole, each with its mark; and where that one ends. */
  #cut(bytes: Buffer): readonly [out: readonly Uint8Array[], end: number] {
    const out: Uint8Array[] = [];
    let at = 0;
    for (let found = this.#first(bytes, at); found; found = this.#first(bytes, at)) {
      out.push(bytes.subarray(at, found.start), MARK);
      at = found.end;
    }
    return [out, at];
  }

  #first(bytes: Buffer, from: number) {
    let first: { readonly start: number; readonly end: number } | undefined;
    for (const spelling of this.#spellings) {
      const start = bytes.indexOf(spelling, from);
      if (start >= 0 && (first === undefined || start < first.start)) {
        first = { start, end: start + spelling.length };
      }
    }
    return first;
  }

  /** Where the bytes end in what may go on to be a secret: no more than that waits for the next piece. */
  #beginsAt(bytes: Buffer, from: number): number {
    let begins = bytes.length;
    for (const spelling of this.#spellings) {
      const earliest = Math.max(from, bytes.length - spelling.length + 1);
      const [head = 0] = spelling;
      for (let at = bytes.indexOf(head, earliest); at >= 0 && at < begins; ) {
        if (spelling.subarray(0, bytes.length - at).equals(bytes.subarray(at))) begins = at;
        else at = bytes.indexOf(head, at + 1);
      }
    }
    return begins;
  }
}

export interface SecretStream {
  /** What may go on of what has come: all, but for an end that may be the beginning of a secret. */
  push(piece: Uint8Array): Uint8Array;
  /** What was kept back, where nothing more comes. */
  end(): Uint8Array;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toLatin1(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('latin1');
}
