import type { JournalHead } from '../contract.js';
import { canonicalJson } from './canonical.js';
import { type ChainLine, isIntact, readLine, startOfChain } from './chain.js';

type Fault =
  /** No line of a journal stands where this entry belongs. */
  | 'unreadable'
  /** It does not say any more what was hashed. */
  | 'altered'
  /** It is whole in itself, but not what followed the entry before it: one of the two was replaced. */
  | 'replaced'
  /** It, and all up to `through`, are not there. */
  | 'missing'
  /** It stands after a later one. */
  | 'reordered'
  /** There is one of this number already, or the store has another or none of it. */
  | 'inserted'
  /** It is not the one that the store knows as drained. */
  | 'not_the_head';

export interface Finding {
  /** Of the entry that is at fault. */
  readonly number: number;
  readonly fault: Fault;
  /** For `missing`: the last one that is. */
  readonly through?: number;
}

/** A chain with more faults than this has been written anew, or is another file altogether. */
const MAX_FINDINGS = 100;

/**
 * Checks a tenant's chain line by line, from number 1 on, in memory for its roots alone. An attacker who can
 * write the files and compute hashes can make a whole chain anew: only the head that the store
 * keeps, or one written down before, shows that (`finish`).
 */
export class ChainCheck {
  readonly findings: Finding[] = [];
  /**
   * Roots whose journal begins after they were minted. In a whole chain they are those of a ledger that
   * an older version made, which told nothing of what changed before it was brought up.
   */
  readonly begunBefore = new Set<string>();
  readonly #opened = new Set<string>();
  #next = 1;
  /** Undefined where what stands before can't be known. */
  #previous: string | undefined;
  readonly #gaps: { from: number; through: number }[] = [];
  readonly #anchor: JournalHead | undefined;
  #atAnchor: string | undefined;
  /** Lines behind the anchor, which the chain alone says nothing against. */
  readonly #behind: ChainLine[] = [];

  /** @param anchor a head that is known to be right: the store's. */
  constructor(tenant: string, anchor?: JournalHead) {
    this.#previous = startOfChain(tenant);
    this.#anchor = anchor;
  }

  /** The last entry that was seen, and its hash. */
  get head(): JournalHead {
    return { number: this.#next - 1, hash: this.#next === 1 ? '' : (this.#previous ?? '') };
  }

  /** One line, without its end. */
  take(text: string): void {
    const line = readLine(text);
    if (line === undefined) {
      this.#find({ number: this.#next, fault: 'unreadable' });
      this.#advance(this.#next, undefined);
      return;
    }
    const { number, previous, hash } = line;
    if (!isIntact(text, line)) {
      this.#find({ number: this.#next, fault: 'altered' });
      // The others are judged as if its hash were right: one change is one finding.
      this.#advance(this.#next, hash);
    } else if (number < this.#next) {
      this.#find({ number, fault: this.#fillGap(number) ? 'reordered' : 'inserted' });
    } else {
      if (number > this.#next) this.#gaps.push({ from: this.#next, through: number - 1 });
      else if (this.#previous !== undefined && previous !== this.#previous) {
        this.#find({ number, fault: 'replaced' });
      }
      this.#advance(number, hash);
      this.#begin(line);
      if (number > (this.#anchor?.number ?? number)) this.#behind.push(line);
    }
  }

  #begin({ entry: { kind, root } }: ChainLine): void {
    if (kind === 'opened') this.#opened.add(root);
    else if (!this.#opened.has(root)) this.begunBefore.add(root);
  }

  /** The first and the last line behind the anchor, if there is any. */
  get behind(): { readonly from: number; readonly through: number } | undefined {
    const [first] = this.#behind;
    return first && { from: first.number, through: this.#behind.at(-1)?.number ?? first.number };
  }

  /**
   * Holds the lines behind the anchor against the store, as it is once they have been read: it has the same
   * entry, or has had it drained since.
   * @param head the store's, now @param entries its own behind that, by number, in canonical JSON
   */
  compare(head: JournalHead, entries: ReadonlyMap<number, string>): void {
    for (const { number, hash, entry } of this.#behind) {
      const isOwn =
        number < head.number ||
        (number === head.number
          ? hash === head.hash
          : entries.get(number) === canonicalJson(entry));
      if (!isOwn) this.#find({ number, fault: 'inserted' });
    }
  }

  /** All lines have been seen. */
  finish(): readonly Finding[] {
    for (const { from, through } of this.#gaps) {
      this.#find({ number: from, fault: 'missing', through });
    }
    const { number = 0, hash } = this.#anchor ?? {};
    if (number >= this.#next) {
      this.#find({ number: this.#next, fault: 'missing', through: number });
    } else if (number > 0 && this.#atAnchor !== undefined && this.#atAnchor !== hash) {
      this.#find({ number, fault: 'not_the_head' });
    }
    return this.findings;
  }

  #advance(number: number, hash: string | undefined): void {
    if (number === this.#anchor?.number) this.#atAnchor = hash;
    this.#next = number + 1;
    this.#previous = hash;
  }

  /** Whether the number was missing until now. */
  #fillGap(number: number): boolean {
    const place = this.#gaps.findIndex(({ from, through }) => from <= number && number <= through);
    const gap = this.#gaps[place];
    if (gap === undefined) return false;
    const parts = [
      { from: gap.from, through: number - 1 },
      { from: number + 1, through: gap.through },
    ];
    this.#gaps.splice(place, 1, ...parts.filter(({ from, through }) => from <= through));
    return true;
  }

  #find(finding: Finding): void {
    if (this.findings.length < MAX_FINDINGS) this.findings.push(finding);
  }
}
