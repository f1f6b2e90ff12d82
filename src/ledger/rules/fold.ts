import type { Unit } from '../../money/units.js';
import type {
  AccountState,
  ExtendedEntry,
  HeldEntry,
  JournalEntry,
  ResolvedEntry,
  SetAside,
} from '../contract.js';
import { accountAndAncestors } from '../ids.js';
import { climb, type LeafMove, type NewCarves, NO_MOVE } from './climb.js';
import { difference } from './cost.js';
import { neverCharged } from './counters.js';
import { heldBy } from './hold-after.js';
import type { Made, OpenHold, RootRecord, Shift } from './records.js';
import { withRevoked } from './revocations.js';
import { counted, isStored } from './stored.js';
import { inOrder, newWindow, rolled, shiftWindows } from './windows.js';

/** What a root's journal says of it. */
export interface Folded {
  readonly root: RootRecord;
  /** By name. The limits last seen are not in the journal: they are empty here. */
  readonly accounts: ReadonlyMap<string, AccountState>;
  /** The open ones, by id. */
  readonly holds: ReadonlyMap<string, OpenHold>;
}

/**
 * Rebuilds one root out of its entries: all of them, in order, from `opened` on.
 * @throws {Error} when one is missing, is of another root, or says what can't have happened.
 */
export function foldJournal(entries: Iterable<JournalEntry>): Folded {
  const [first, ...rest] = entries;
  if (first?.kind !== 'opened') {
    throw new Error(`journal: found ${first?.kind ?? 'nothing'} first, expected opened`);
  }
  const fold = new Fold(first);
  for (const entry of rest) fold.add(entry);
  return fold;
}

type Opened = Extract<JournalEntry, { readonly kind: 'opened' }>;

class Fold implements Folded {
  readonly accounts = new Map<string, AccountState>();
  readonly holds = new Map<string, OpenHold>();
  /** A late settle corrects these in the windows in which they were made. */
  readonly #presumed = new Map<string, Made>();
  root: RootRecord;

  constructor({ genesis, sequence, timeMs }: Opened) {
    this.root = { genesis, sequence, clockMs: timeMs };
  }

  add(entry: JournalEntry): void {
    const { genesis, sequence } = this.root;
    if (entry.root !== `${genesis.tenant}/${genesis.rootId}` || entry.sequence !== sequence + 1) {
      throw new Error(
        `journal: found ${entry.root} ${entry.sequence}, expected ` +
          `${genesis.tenant}/${genesis.rootId} ${sequence + 1}`,
      );
    }
    this.#apply(entry);
    const { revocations: before } = this.root;
    const revocations =
      entry.kind === 'macaroon_revoked' ? withRevoked(before, entry, entry) : before;
    this.root = {
      genesis,
      sequence: entry.sequence,
      clockMs: entry.timeMs,
      ...(revocations !== undefined && { revocations }),
    };
  }

  #apply(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'opened':
        throw new Error(`journal: found ${entry.root} opened again`);
      case 'held':
        this.#hold(entry);
        break;
      case 'settled':
      case 'released':
      case 'presumed_spent':
      case 'corrected':
        this.#resolve(entry);
        break;
      case 'extended':
        this.#extend(entry);
        break;
      case 'activated':
        this.#setAside(entry.setAside);
        break;
      case 'carve_ended':
        this.#endCarve(entry.account, entry.unit);
        break;
      case 'paused':
      case 'revoked':
      case 'closed':
        this.#put({ ...this.#account(entry.account), standing: entry.kind });
        break;
      case 'resumed':
        this.#put({ ...this.#account(entry.account), standing: 'open' });
        break;
      case 'macaroon_revoked':
        // The root's own.
        break;
      case 'topped_up': {
        const state = this.#account(entry.account);
        const by = (state.toppedUp[entry.unit] ?? 0) + entry.micros;
        this.#put({ ...state, toppedUp: { ...state.toppedUp, [entry.unit]: by } });
        break;
      }
    }
  }

  #hold(entry: HeldEntry): void {
    const { timeMs, sequence, granted, tracked, setAside } = entry;
    const made = { createdMs: timeMs, sequence };
    this.holds.set(entry.reservation, heldBy(entry));
    const begun = this.#path(entry.account).map((state): AccountState => {
      const own = tracked.filter(({ account }) => account === state.account);
      const added = own.map((its) => newWindow(its, timeMs, sequence - 1));
      return { ...state, windows: inOrder([...rolled(state.windows, timeMs), ...added]) };
    });
    this.#climb(
      begun,
      { used: granted, spent: {}, openHolds: 1 },
      this.#carvesWith(setAside),
      made,
      granted,
    );
  }

  #resolve(entry: ResolvedEntry): void {
    const { kind, reservation, granted, charged, account } = entry;
    const open = this.holds.get(reservation);
    const made = kind === 'corrected' ? this.#presumed.get(reservation) : open;
    // A mark of an id that the ledger did not have moves nothing.
    if (made === undefined && kind === 'released') return;
    if (made === undefined) {
      throw new Error(`journal: found ${kind} of ${reservation}, which is not such a hold`);
    }
    this.holds.delete(reservation);
    if (kind === 'presumed_spent') this.#presumed.set(reservation, made);
    else this.#presumed.delete(reservation);
    const spent = difference(charged, open === undefined ? granted : {});
    const used = difference(charged, granted);
    const held = open === undefined ? {} : difference({}, granted);
    const openHolds = open === undefined ? 0 : -1;
    this.#climb(this.#path(account), { used, spent, openHolds }, new Map(), made, held);
  }

  #extend({ reservation, deadlineMs }: ExtendedEntry): void {
    const hold = this.holds.get(reservation);
    if (hold === undefined) throw new Error(`journal: found ${reservation} extended, not held`);
    this.holds.set(reservation, { ...hold, deadlineMs });
  }

  #setAside(setAside: readonly SetAside[]): void {
    const carves = this.#carvesWith(setAside);
    const deepest = [...carves.keys()].reduce((a, b) => (a.length > b.length ? a : b), '');
    this.#climb(this.#path(deepest), NO_MOVE, carves);
  }

  #endCarve(account: string, unit: Unit): void {
    const { [unit]: _, ...others } = this.#account(account).carves;
    this.#climb(this.#path(account), NO_MOVE, new Map([[account, others]]));
  }

  #carvesWith(setAside: readonly SetAside[]): NewCarves {
    const carves = new Map<string, AccountState['carves']>();
    for (const { account, unit, amountMicros, endMs } of setAside) {
      const others = carves.get(account) ?? this.#account(account).carves;
      carves.set(account, { ...others, [unit]: { amountMicros, endMs } });
    }
    return carves;
  }

  #climb(
    path: readonly AccountState[],
    move: LeafMove,
    carves: NewCarves,
    made?: Made,
    held: Shift = {},
  ): void {
    const after = climb(path, move, carves);
    const { spent } = move;
    this.#put(
      ...after.map((state) => {
        const windows = made && shiftWindows(state.windows, made, { spent, held });
        return windows === undefined ? state : { ...state, windows };
      }),
    );
  }

  #path(account: string): AccountState[] {
    return accountAndAncestors(account).map((name) => this.#account(name));
  }

  #account(name: string): AccountState {
    return this.accounts.get(name) ?? neverCharged(name);
  }

  #put(...changed: readonly AccountState[]): void {
    for (const state of counted(changed, (name) => this.accounts.get(name))) {
      if (isStored(state)) this.accounts.set(state.account, state);
      else this.accounts.delete(state.account);
    }
  }
}
