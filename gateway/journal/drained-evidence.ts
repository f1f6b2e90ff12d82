import type { JournalEntry } from '../../src/ledger/contract.js';
import { canonicalJson } from '../../src/ledger/journal/canonical.js';
import type { ChainLine } from '../../src/ledger/journal/chain.js';
import type { StoredJournal } from '../../src/ledger/redis/stored-journal.js';
import type { TenantMarks } from '../marks/read-marks.js';

/** What a line of the files is, held against the store's own journal. */
export type Told =
  /** Drained, by the store's word; or the store has lost it. */
  | 'drained'
  /** The store has the same, and does not know yet that it was drained. */
  | 'same'
  /** The store never had it: somebody put it behind the end. */
  | 'inserted';

/**
 * Which lines of the files are the journal's. Up to the head that is for the chain to say. Behind it whoever
 * can write the files can go on with the chain: such a line counts if the store has the same entry, or if
 * the store has lost its own; and the latter is so only if somebody saw more of it than is there.
 */
export class DrainedEvidence {
  readonly #entries = new Map<number, JournalEntry>();
  readonly #drained: number;
  /** The number of the last entry that the store has, or knows that it had. */
  readonly #last: number;
  readonly #hasGoneBack: boolean;

  constructor(store: StoredJournal, epoch: number, marks: readonly TenantMarks[]) {
    const { items, last = 0, drained } = store;
    this.#drained = drained.number;
    for (const { number, entries = [] } of items) {
      for (const [place, entry] of entries.entries()) this.#entries.set(number + place, entry);
    }
    this.#last = Math.max(last, ...items.slice(-1).map(endOf));
    this.#hasGoneBack = this.#isBehind(store, epoch, marks);
  }

  told({ number, entry }: ChainLine): Told {
    if (number <= this.#drained) return 'drained';
    const its = this.#entries.get(number);
    if (its !== undefined && canonicalJson(its) === canonicalJson(entry)) return 'same';
    if (this.#hasGoneBack) return 'drained';
    return its === undefined && number <= this.#last ? 'drained' : 'inserted';
  }

  #isBehind({ last, items }: StoredJournal, epoch: number, marks: readonly TenantMarks[]): boolean {
    if (last === undefined && items.length === 0) return true;
    const versions = marks.flatMap((its) => (its.version === undefined ? [] : [its]));
    // Nobody is there to say what it was.
    if (versions.length === 0) return true;
    const nonces = new Map(items.map((item) => [endOf(item), nonceOf(item)]));
    return versions.some(({ version, epoch: its }) => {
      if (its !== epoch || version === undefined) return its > epoch;
      const found = nonces.get(version.sequence);
      return version.sequence > this.#last || (found !== undefined && found !== version.nonce);
    });
  }
}

type Item = StoredJournal['items'][number];

/** The number of its last entry. */
function endOf({ number, entries }: Item): number {
  return number + Math.max(0, (entries?.length ?? 1) - 1);
}

function nonceOf({ fields }: Item): string | undefined {
  const place = fields.indexOf('v');
  return place < 0 ? undefined : fields[place + 1];
}
