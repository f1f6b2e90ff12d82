import { type LedgerOptions, MAX_CLOCK_LEAD_MS, type MarkKeeper } from '../contract.js';
import { parseReservationId, rootName } from '../ids.js';
import { failReservation } from '../validate/fields.js';
import { corrupt } from './codec.js';
import type { Fence } from './fence.js';
import { recordKeys, rootKey } from './keys.js';
import type { Answer } from './replies.js';
import type { Operation } from './scripts.js';
import type { Store } from './store.js';
import { readVersion, versionText } from './version.js';

/** A root, by the parts of its name. */
export interface RootName {
  readonly tenant: string;
  readonly rootId: string;
}

/** The root of a reservation whose name has been validated. */
export function rootOf(reservation: string): RootName {
  const root = parseReservationId(reservation);
  if (root === undefined) failReservation(reservation);
  return root;
}

/** What was said to one operation, with what was said of the root to all of the group. */
export interface GroupAnswer extends Answer {
  /** Between the root's standing and the answers, if there is any: its genesis. */
  readonly head: readonly string[];
}

export interface RootCallsDeps {
  readonly store: Store;
  readonly options: LedgerOptions;
  readonly marks: MarkKeeper;
  readonly fence: Fence;
  readonly nonce: () => string;
}

/**
 * Runs the scripts that change one root: with the keys and the first argument that all of them have,
 * and taking note of the root's last change that they tell.
 */
export class RootCalls {
  readonly #deps: RootCallsDeps;

  constructor(deps: RootCallsDeps) {
    this.#deps = deps;
  }

  /**
   * Answers what the function said after the root's standing, and the time that decided.
   * @throws {LedgerUnavailable | LedgerInputError}
   */
  async run(
    operation: Operation,
    root: RootName,
    args: readonly string[],
    moreKeys: readonly string[] = [],
  ): Promise<{
    readonly nowMs: number;
    /** The root's last change, as this call leaves it; -1 of a root that is not there. */
    readonly sequence: number;
    readonly rest: readonly string[];
  }> {
    const { store, fence } = this.#deps;
    const { tenant } = root;
    const keys = [...recordKeys(tenant, root.rootId), ...moreKeys];
    if (!fence.isReady(tenant)) await fence.ready(tenant);
    let call = this.#deps.nonce();
    let epoch = this.#deps.marks.epochOf(tenant);
    let reply: unknown;
    try {
      reply = await store.run(operation, keys, [this.#header(root, call), ...args]);
    } catch (error) {
      if (!(await fence.mayTryAgain(tenant, error))) throw error;
      // It was refused before it changed anything.
      call = this.#deps.nonce();
      epoch = this.#deps.marks.epochOf(tenant);
      reply = await store.run(operation, keys, [this.#header(root, call), ...args]);
    }
    if (!Array.isArray(reply)) throw corrupt('answer', String(reply));
    const [standing, ...rest] = reply.map(String);
    return { ...this.#acknowledge(root, standing ?? '', { call, epoch }), rest };
  }

  /** The latest time of the store that this gateway believes. */
  latestMs(): number {
    return Math.floor(this.#deps.options.clock()) + MAX_CLOCK_LEAD_MS;
  }

  #header(root: RootName, call: string): string {
    const { options, marks } = this.#deps;
    const { retainMs, maxAccountsPerRoot, maxHoldsPerRoot } = options;
    const known = marks.markOf(rootName(root));
    const mark = known === undefined ? '-' : `${known.sequence}:${known.nonce}`;
    const tenant = this.#tenantMark(root.tenant);
    return `${this.latestMs()} ${call} ${mark}${tenant} ${retainMs} ${maxAccountsPerRoot} ${maxHoldsPerRoot}`;
  }

  /** For whoever is registered there; nobody else can be behind. */
  #tenantMark(tenant: string): string {
    const { marks } = this.#deps;
    const epoch = marks.gateway === undefined ? undefined : marks.epochOf(tenant);
    return epoch === undefined ? '' : `@${epoch}:${versionText(marks.tenantMarkOf(tenant))}`;
  }

  /**
   * Takes note of where the root stands, and answers the time that decided. An answer to another call
   * than this one, which a connection that repeats or loses one could give, is no answer to it.
   */
  #acknowledge(
    root: RootName,
    standing: string,
    { call, epoch }: { readonly call: string; readonly epoch: number | undefined },
  ): { readonly nowMs: number; readonly sequence: number } {
    const { marks } = this.#deps;
    const [sequence, nonce = '-', now, answers, version] = standing.split(' ');
    if (answers !== call) {
      this.#deps.store.giveUp(rootKey(root.tenant, root.rootId));
      throw corrupt('answer', `one to call ${answers}, not ${call}`);
    }
    // What was done before a recovery is no part of what came after it.
    if (nonce !== '-' && marks.epochOf(root.tenant) === epoch) {
      marks.acknowledge(rootName(root), { sequence: Number(sequence), nonce });
      if (version !== undefined) {
        marks.acknowledgeTenant(root.tenant, { version: readVersion(version), registrations: 0 });
      }
    }
    return { nowMs: Number(now), sequence: nonce === '-' ? -1 : Number(sequence) };
  }
}
