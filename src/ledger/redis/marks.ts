/** What this process last saw acknowledged of a root: DESIGN §3, rule 8. */
interface Mark {
  readonly sequence: number;
  readonly nonce: string;
}

/** Some 100 bytes each. The roots that were not used for longest are forgotten first. */
const MAX_MARKS = 100_000;

/**
 * The last change of each root that this process saw acknowledged. A store that does not have it any
 * more has lost state, and every later change of that root is refused there.
 */
export class Marks {
  readonly #byRoot = new Map<string, Mark>();

  /** As the scripts read it: `SEQ:NONCE`, or `-` for a root not seen yet. */
  textOf(root: string): string {
    const mark = this.#byRoot.get(root);
    return mark === undefined ? '-' : `${mark.sequence}:${mark.nonce}`;
  }

  /** Takes note of an answer. They may come in another order than the changes were made. */
  acknowledge(root: string, sequence: number, nonce: string): void {
    const known = this.#byRoot.get(root);
    if (known !== undefined) {
      if (known.sequence > sequence) return;
      this.#byRoot.delete(root);
    } else if (this.#byRoot.size >= MAX_MARKS) {
      const [oldest] = this.#byRoot.keys();
      if (oldest !== undefined) this.#byRoot.delete(oldest);
    }
    this.#byRoot.set(root, { sequence, nonce });
  }
}

/** 16 hex digits that no two calls of any process have in common: some of the process, and a count. */
export function createNonces(randomBytes: (length: number) => Uint8Array): () => string {
  const prefix = Buffer.from(randomBytes(5)).toString('hex');
  let count = Buffer.from(randomBytes(3)).readUIntBE(0, 3);
  return () => {
    count = (count + 1) % 0x1_00_00_00;
    return prefix + count.toString(16).padStart(6, '0');
  };
}
