import {
  type JournalEntry,
  type JournalHead,
  type JournalTextPage,
  type Ledger,
  LedgerUnavailable,
} from '../../src/ledger/contract.js';
import { chainLine, hashAt } from '../../src/ledger/journal/chain.js';
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
  async #drain({ first, texts, head: from }: JournalTextPage): Promise<boolean> {
    const { ledger, tenant, holder, folder } = this.#deps;
    let previous = hashAt(tenant, from);
    const fresh: string[] = [];
    let firstFresh = 0;
    let number = first;
    for (const entry of texts) {
      const { text, hash } = chainLine(previous, number, entry);
      const there = this.#written.get(number);
      if (there !== undefined && there !== text) {
        throw new JournalForked(`the files have another entry ${number} than the store`);
      }
      if (there === undefined) {
        if (fresh.length === 0) firstFresh = number;
        fresh.push(text);
      } else if (fresh.length > 0) {
        throw new JournalForked(`the files have entry ${number}, and not ${firstFresh} before it`);
      }
      previous = hash;
      number += 1;
    }
    if (fresh.length > 0) await folder.append(firstFresh, fresh);
    const to = { number: from.number + texts.length, hash: previous };
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
}

function lagOf({ texts: [oldest], head, nextNumber }: JournalTextPage): Lag {
  return {
    entries: nextNumber - 1 - head.number,
    oldestMs: oldest === undefined ? undefined : (JSON.parse(oldest) as JournalEntry).timeMs,
  };
}
