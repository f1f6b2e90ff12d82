import {
  type JournalEntry,
  type JournalHead,
  type JournalTextPage,
  type Ledger,
  LedgerUnavailable,
} from '../../src/ledger/contract.js';
import { chainLine, chainLines, hashAt } from '../../src/ledger/journal/chain.js';
import { type JournalFolder, JournalForked } from './folder.js';

export interface TenantDrainDeps {
  readonly ledger: Pick<Ledger, 'journalTexts' | 'lease' | 'moveHead' | 'trimJournal'>;
  readonly tenant: string;
  /** No other process's. */
  readonly holder: string;
  readonly folder: JournalFolder;
  readonly leaseMs: number;
  /** Entries written, synced and told to the store at once. */
  readonly batch: number;
}

/** What is still in the store alone, as far as is known. */
export interface Lag {
  readonly entries: number;
  /** By the store's clock, when the oldest of them was made; undefined if there is none. */
  readonly oldestMs: number | undefined;
}

/**
 * Moves one tenant's journal out of the store: written and synced here first, then the head, then
 * trimmed. A process that ends between any two of these leaves what the next one recognises.
 */
export class TenantDrain {
  readonly #deps: TenantDrainDeps;
  /** How far the file that is open goes; undefined: what is there has to be looked at first. */
  #at: JournalHead | undefined;
  #seenHead = 0;
  /** Past the head, as another left them: by number. */
  #written: ReadonlyMap<number, string> = new Map();

  constructor(deps: TenantDrainDeps) {
    this.#deps = deps;
  }

  /**
   * Until less than a whole batch was left, another has the lease, or `isOver`. What comes while the
   * last one is drained is left for the next time: a batch costs its lease, its sync and three
   * trips to the store however few entries it has.
   * @throws {LedgerUnavailable | JournalForked} and what the disk throws; it may be called again
   */
  async run(isOver: () => boolean): Promise<Lag> {
    for (;;) {
      const page = await this.#page();
      if (page.texts.length === 0 || isOver()) return lagOf(page);
      const { ledger, tenant, holder, leaseMs } = this.#deps;
      const lease = await ledger.lease({ tenant, holder, ttlMs: leaseMs });
      if (lease.status !== 'granted') return lagOf(page);
      try {
        const isOwn = this.#at?.hash === lease.head.hash;
        const next = isOwn ? page : await this.#takeOver(lease.head);
        // Another may have drained all of it before the lease was had.
        if (next.texts.length > 0 && !(await this.#drain(next))) return lagOf(next);
        if (next.texts.length < this.#deps.batch) return { entries: 0, oldestMs: undefined };
      } catch (error) {
        this.#at = undefined;
        // It can't be done here, as on a disk that is full: another gateway is not kept from it.
        if (!(error instanceof LedgerUnavailable)) await this.#giveUp().catch(() => undefined);
        throw error;
      }
    }
  }

  /** Without draining any. @throws {LedgerUnavailable} */
  async lag(): Promise<Lag> {
    return lagOf(await this.#page());
  }

  /** Ends it: so that another need not wait for the lease to run out. */
  async close(): Promise<void> {
    const wasDraining = this.#at !== undefined;
    this.#at = undefined;
    await this.#deps.folder.close();
    if (wasDraining) await this.#giveUp();
  }

  async #giveUp(): Promise<void> {
    const { ledger, tenant, holder } = this.#deps;
    await ledger.lease({ tenant, holder, ttlMs: 0 });
  }

  /** What follows the head. */
  async #page(): Promise<JournalTextPage> {
    const { ledger, tenant, batch } = this.#deps;
    let page = await ledger.journalTexts({ tenant, after: this.#seenHead, max: batch });
    while (page.head.number !== this.#seenHead) {
      this.#seenHead = page.head.number;
      page = await ledger.journalTexts({ tenant, after: this.#seenHead, max: batch });
    }
    return page;
  }

  /** What follows the head, read once the lease is had: another may have drained until then. */
  async #takeOver(head: JournalHead): Promise<JournalTextPage> {
    this.#written = await this.#deps.folder.recover(head);
    const page = await this.#page();
    const { nextNumber } = page;
    const last = Math.max(head.number, ...this.#written.keys());
    if (last >= nextNumber) {
      throw new JournalForked(
        `the files go on to entry ${last}, and the store's journal ends at ${nextNumber - 1}: ` +
          'the store has lost state',
      );
    }
    this.#at = head;
    return page;
  }

  /** One page. False: the head is another's now. */
  async #drain(page: JournalTextPage): Promise<boolean> {
    const { ledger, tenant, holder, folder } = this.#deps;
    const { first, texts, head: from } = page;
    const there = this.#written.size === 0 ? NONE_THERE : this.#alreadyThere(page);
    let hash = there.hash ?? hashAt(tenant, from);
    if (there.count < texts.length) {
      const firstFresh = first + there.count;
      const fresh = chainLines(hash, firstFresh, texts.slice(there.count));
      await folder.append(firstFresh, fresh.bytes);
      hash = fresh.hash;
    }
    const to = { number: from.number + texts.length, hash };
    const moved = await ledger.moveHead({ tenant, holder, from, to });
    if (moved.status === 'refused') {
      this.#at = undefined;
      return false;
    }
    this.#at = to;
    if (!this.#written.has(to.number)) this.#written = new Map();
    this.#seenHead = to.number;
    await ledger.trimJournal({ tenant, through: to.number });
    return true;
  }

  /** How many of a page's entries another has written before, which are the first of it, if any. */
  #alreadyThere({ first, texts, head }: JournalTextPage): AlreadyThere {
    let there: AlreadyThere = NONE_THERE;
    let previous = hashAt(this.#deps.tenant, head);
    for (const [place, entry] of texts.entries()) {
      const number = first + place;
      const written = this.#written.get(number);
      if (written === undefined) continue;
      if (there.count < place) {
        throw new JournalForked(
          `the files have entry ${number}, and not ${first + there.count} before it`,
        );
      }
      const { text, hash } = chainLine(previous, number, entry);
      if (written !== text) {
        throw new JournalForked(`the files have another entry ${number} than the store`);
      }
      previous = hash;
      there = { count: place + 1, hash };
    }
    return there;
  }
}

interface AlreadyThere {
  readonly count: number;
  /** Of the last of them; undefined for none. */
  readonly hash: string | undefined;
}

const NONE_THERE: AlreadyThere = { count: 0, hash: undefined };

function lagOf({ texts: [oldest], head, nextNumber }: JournalTextPage): Lag {
  return {
    entries: nextNumber - 1 - head.number,
    oldestMs: oldest === undefined ? undefined : (JSON.parse(oldest) as JournalEntry).timeMs,
  };
}
