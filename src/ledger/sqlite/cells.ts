import type { Limit, Micros } from '../../money/units.js';
import type { AccountState, Counters, Revocations } from '../contract.js';
import { isAsAsked, sameVector } from '../rules/cost.js';
import { neverCharged } from '../rules/counters.js';
import type { HoldRecord, RootRecord } from '../rules/records.js';

/** What a column holds. */
export type Cell = string | number;

/** Of a root: what changes of it. */
/** Behind those, the macaroons that are revoked, as JSON; '' for none. Before version 8 there is none. */
export type RootCells = [sequence: number, clockMs: number, revocations?: string];
/**
 * Of a hold: 1 for an open one, 0 for a finished one, 2 for a top-up, which stays; when it is due, or was
 * finished; and the rest as JSON.
 */
export type HoldCells = [open: number, dueMs: number, record: string];

/** The list is long, and is the same object until one more is revoked. */
const texts = new WeakMap<Revocations, string>();

function revocationsText(revocations: Revocations | undefined): string {
  if (revocations === undefined) return '';
  const text = texts.get(revocations) ?? JSON.stringify(revocations);
  texts.set(revocations, text);
  return text;
}

export function rootCells({ sequence, clockMs, revocations }: RootRecord): RootCells {
  return [sequence, clockMs, revocationsText(revocations)];
}

export function readRoot(
  genesis: RootRecord['genesis'],
  [sequence, clockMs, text = '']: RootCells,
): RootRecord {
  if (text !== '') {
    const revocations = JSON.parse(text) as Revocations;
    texts.set(revocations, text);
    return { genesis, sequence, clockMs, revocations };
  }
  return { genesis, sequence, clockMs };
}

/**
 * Of an account: its counters for life by unit, spent and held; its limits last seen; the rest; and its
 * places: open holds, and accounts.
 */
export function accountCells(state: AccountState): Cell[] {
  const { credits, usd, tokens, calls } = state.counters;
  return [
    credits.spent,
    credits.held,
    usd.spent,
    usd.held,
    tokens.spent,
    tokens.held,
    calls.spent,
    calls.held,
    JSON.stringify(state.limitsLastSeen),
    moreText(state),
    state.openHolds,
    state.accounts,
  ];
}

export function readAccount(row: readonly Cell[], account: string): AccountState {
  const amount = (column: number) => row[column] as Micros;
  const counters: Counters = {
    credits: { spent: amount(0), held: amount(1) },
    usd: { spent: amount(2), held: amount(3) },
    tokens: { spent: amount(4), held: amount(5) },
    calls: { spent: amount(6), held: amount(7) },
  };
  const limitsLastSeen = JSON.parse(row[8] as string) as Limit[];
  const more = row[9] as string;
  const rest = more === '' ? undefined : (JSON.parse(more) as Partial<AccountState>);
  // Before version 8 an account did not know its places.
  const [openHolds, accounts] = [(row[10] ?? 0) as number, (row[11] ?? 0) as number];
  return { ...neverCharged(account), ...rest, counters, limitsLastSeen, openHolds, accounts };
}

/** What few accounts have, as JSON of those parts alone; empty for the others. */
function moreText({ windows, carves, standing, toppedUp }: AccountState): string {
  const more: Partial<AccountState> = {
    ...(windows.length > 0 && { windows }),
    ...(Object.keys(carves).length > 0 && { carves }),
    ...(standing !== 'open' && { standing }),
    ...(Object.keys(toppedUp).length > 0 && { toppedUp }),
  };
  return Object.keys(more).length === 0 ? '' : JSON.stringify(more);
}

export function holdCells(hold: HoldRecord): HoldCells {
  if (hold.state === 'held') return [1, hold.deadlineMs, holdText(hold)];
  return [hold.state === 'topped_up' ? 2 : 0, hold.finishedAtMs, holdText(hold)];
}

/**
 * What the columns of `holds` don't say, and left out where it goes without saying: a fixed cost is what
 * was granted, what was charged is mostly that too, and most holds are the gateway's. It is written
 * twice a call, so its length counts.
 */
function holdText(hold: HoldRecord): string {
  if (hold.state === 'topped_up') {
    const { state, account, unit, micros } = hold;
    return JSON.stringify({ state, account, unit, micros });
  }
  const { account, granted, createdMs, sequence, about, fingerprint } = hold;
  const owner = hold.owner === 'gateway' ? undefined : hold.owner;
  // JSON has no place for what is undefined.
  const shared = { account, granted, createdMs, sequence, owner, fingerprint, about };
  if (hold.state === 'held') {
    const { cost, step } = hold;
    return JSON.stringify(isAsAsked(hold) ? shared : { ...shared, cost, step });
  }
  const { state, charged } = hold;
  return JSON.stringify(
    sameVector(charged, granted) ? { state, ...shared } : { state, charged, ...shared },
  );
}

export function readHold([open, dueMs, text]: HoldCells, reservation: string): HoldRecord {
  const rest = JSON.parse(text);
  const { granted } = rest;
  if (open === 1) {
    const flat = { cost: { least: granted, most: granted, steps: 0 }, step: 0, owner: 'gateway' };
    return { ...flat, ...rest, state: 'held', reservation, deadlineMs: dueMs };
  }
  const finished = { ...rest, reservation, finishedAtMs: dueMs };
  return rest.state === 'topped_up'
    ? finished
    : { charged: granted, owner: 'gateway', ...finished };
}
