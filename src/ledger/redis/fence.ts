import { LedgerUnavailable, type MarkKeeper } from '../contract.js';
import { corrupt } from './codec.js';
import { isBehind, isClosed } from './failure.js';
import { dueKey, headKey, journalKey, rootKey, rootsKey } from './keys.js';
import { Registrations } from './registrations.js';
import type { Store } from './store.js';
import { readVersion, versionText } from './version.js';

/** Marks that one step presents. The store does nothing else meanwhile: some 1 ms. */
const BATCH = 500;
/** How often a tenant that is closed is asked after, and one that is open. */
const CLOSED_EVERY_MS = 250;
const OPEN_EVERY_MS = 1_000;

/** What a tenant is: see `lua/present.lua`. */
interface Presented {
  readonly what: string;
  readonly epoch: number;
  readonly detail: string;
  /** It was not registered until now. */
  readonly isNew?: boolean;
}

/** What a step presents. */
interface Shown {
  /** Records of roots, and the mark of each. */
  readonly keys?: readonly string[];
  readonly marked?: readonly string[];
  /** The epoch in which it is registered, where that is not what the marks say. */
  readonly known?: '-';
}

export interface FenceDeps {
  readonly store: () => Store;
  readonly marks: MarkKeeper;
  readonly timeoutMs: number;
  readonly nonce: () => string;
  /** The URL is of sentinels or of a cluster, where another server can take over. */
  readonly hasReplicas: boolean;
  readonly warn?: ((message: string) => void) | undefined;
}

/**
 * Holds the store against what this gateway knows (DESIGN §3, rule 8), before the first call in a
 * tenant and whenever the store may be another one; never on the way of any other call, since each
 * function looks for itself whether its tenant is open for the store that it runs in.
 */
export class Fence {
  readonly #deps: FenceDeps;
  /** Registered, presented, and found open. */
  readonly #ready = new Set<string>();
  readonly #closed = new Map<string, { readonly why: string; readonly atMs: number }>();
  readonly #presenting = new Map<string, Promise<void>>();
  readonly #registrations: Registrations;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(deps: FenceDeps) {
    this.#deps = deps;
    this.#registrations = new Registrations(deps.store, deps.hasReplicas ? deps.warn : undefined);
  }

  /** A connection was made, maybe to another server than before. */
  storeIsThere(): void {
    if (this.#deps.marks.gateway === undefined) return;
    this.#ready.clear();
    this.#lookSoon(0);
  }

  isReady(tenant: string): boolean {
    const { marks } = this.#deps;
    return (
      (marks.gateway === undefined || this.#ready.has(tenant)) && marks.failure() === undefined
    );
  }

  /**
   * Answers once this gateway has presented its marks and the tenant is open.
   * @throws {LedgerUnavailable}
   */
  async ready(tenant: string): Promise<void> {
    const { marks } = this.#deps;
    const failure = marks.failure();
    if (failure !== undefined) throw new LedgerUnavailable('store_error', failure);
    if (this.isReady(tenant)) return;
    const closed = this.#closed.get(tenant);
    if (closed !== undefined && performance.now() - closed.atMs < CLOSED_EVERY_MS) {
      throw stateLost(tenant, closed.why);
    }
    await this.#withinDeadline(this.#presentOnce(tenant));
  }

  /** After a call was refused: whether the same call has a chance now. Throws what else there is. */
  async mayTryAgain(tenant: string, error: unknown): Promise<boolean> {
    if (this.#deps.marks.gateway === undefined || !(isClosed(error) || isBehind(error))) {
      return false;
    }
    const epoch = this.#deps.marks.epochOf(tenant);
    this.#ready.delete(tenant);
    await this.ready(tenant);
    return isClosed(error) || this.#deps.marks.epochOf(tenant) !== epoch;
  }

  /**
   * When every tenant that this gateway uses is closed, there is nothing that it could serve.
   * @throws {LedgerUnavailable}
   */
  requireAnyOpen(): void {
    const [first] = this.#closed;
    if (first === undefined || this.#closed.size < this.#deps.marks.registered().length) return;
    const [tenant, { why }] = first;
    throw stateLost(tenant, why);
  }

  close(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  /** Others may wait for this gateway's marks, though it has nothing to ask of the store itself. */
  async #lookAtAll(): Promise<void> {
    let isAnyClosed = false;
    for (const tenant of this.#deps.marks.registered()) {
      if (this.#over) return;
      try {
        await this.#presentOnce(tenant);
      } catch {
        // Calls say why; a store that is gone is looked at when it is back.
        isAnyClosed = true;
      }
    }
    this.#lookSoon(isAnyClosed ? CLOSED_EVERY_MS : OPEN_EVERY_MS);
  }

  #lookSoon(inMs: number): void {
    clearTimeout(this.#timer);
    if (this.#over) return;
    this.#timer = setTimeout(() => void this.#lookAtAll(), inMs);
    this.#timer.unref();
  }

  #presentOnce(tenant: string): Promise<void> {
    const running = this.#presenting.get(tenant);
    if (running !== undefined) return running;
    const presenting = this.#settle(tenant).finally(() => this.#presenting.delete(tenant));
    this.#presenting.set(tenant, presenting);
    return presenting;
  }

  async #settle(tenant: string): Promise<void> {
    const { marks } = this.#deps;
    let found = await this.#ask(tenant, 'look');
    if (found.what === 'present') found = await this.#present(tenant);
    // As a stranger: what it knows was counted, or was left out by an operator's word.
    else if (found.what === 'recovered') found = await this.#ask(tenant, 'last', { known: '-' });
    // On the disk before the first change that somebody may have to answer for.
    if (found.what !== 'lost') {
      const isOther = marks.epochOf(tenant) !== found.epoch;
      if (isOther || found.isNew) this.#registrations.add(tenant);
      await this.#registrations.replicated(tenant);
      if (isOther) await marks.register(tenant, found.epoch);
    }
    if (found.what === 'open') {
      this.#ready.add(tenant);
      if (this.#closed.delete(tenant)) this.#deps.warn?.(`tenant ${tenant} is open again`);
      return;
    }
    const why =
      found.what === 'waiting'
        ? `the store is another one than before, and these gateways have not presented their marks yet: ${found.detail}`
        : `${found.detail}. See bursar recover`;
    this.#ready.delete(tenant);
    if (this.#closed.get(tenant)?.why !== why) {
      this.#deps.warn?.(`tenant ${tenant} is closed: ${why}`);
    }
    this.#closed.set(tenant, { why, atMs: performance.now() });
    this.#lookSoon(CLOSED_EVERY_MS);
    throw stateLost(tenant, why);
  }

  async #present(tenant: string): Promise<Presented> {
    const all = this.#deps.marks.marksOf(tenant);
    let found: Presented = { what: 'present', epoch: 0, detail: '' };
    for (let from = 0; from === 0 || from < all.length; from += BATCH) {
      const batch = all.slice(from, from + BATCH);
      const step = from + BATCH >= all.length ? 'last' : 'more';
      found = await this.#ask(tenant, step, {
        keys: batch.map(([root]) => rootKey(tenant, root.slice(tenant.length + 1))),
        marked: batch.map(([, { sequence, nonce }]) => `${sequence}:${nonce}`),
      });
      if (step === 'more' && found.what !== 'present') break;
    }
    return found;
  }

  async #ask(
    tenant: string,
    step: 'look' | 'more' | 'last',
    { keys = [], marked = [], known }: Shown = {},
  ): Promise<Presented> {
    const { store, marks, nonce } = this.#deps;
    const call = nonce();
    const epoch = marks.epochOf(tenant);
    const its = known ?? epoch ?? '-';
    const mark = marks.tenantMarkOf(tenant);
    const seen = its === '-' ? its : `${its} ${mark?.registrations ?? 0} ${versionText(mark)}`;
    const args = [marks.gateway ?? '', seen, step, call, ...marked];
    const reply = await store().run('present', [...tenantKeys(tenant), ...keys], args);
    if (!Array.isArray(reply)) throw corrupt('answer', String(reply));
    const [answers, what = '', current = '', detail = '', last, drained, version = '', times, is] =
      reply.map(String);
    if (answers !== call) {
      store().giveUp(headKey(tenant));
      throw corrupt('answer', `one to call ${answers}, not ${call}`);
    }
    // Of another epoch: what was noted until now is in the journal that the recovery wrote, or in none.
    if (last !== undefined && epoch === Number(current) && epoch === marks.epochOf(tenant)) {
      const registrations = Number(times);
      marks.acknowledgeTenant(tenant, { version: readVersion(version), registrations });
      marks.journalIsAt(tenant, Number(last), Number(drained));
    }
    return { what, epoch: Number(current), detail, isNew: is === 'new' };
  }

  async #withinDeadline(presenting: Promise<void>): Promise<void> {
    const { timeoutMs } = this.#deps;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new LedgerUnavailable('deadline', `marks not presented within ${timeoutMs} ms`));
      }, timeoutMs);
    });
    try {
      await Promise.race([presenting, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Those that `lua/present.lua` has before the records. */
function tenantKeys(tenant: string): string[] {
  return [headKey(tenant), rootsKey(tenant), dueKey(tenant), journalKey(tenant)];
}

function stateLost(tenant: string, why: string): LedgerUnavailable {
  return new LedgerUnavailable('state_lost', `tenant ${tenant} is closed: ${why}`);
}
