import { randomBytes } from 'node:crypto';
import type {
  AccountLimits,
  AccountState,
  CostRange,
  Genesis,
  Ledger,
  ReserveOutcome,
  ReserveRequest,
} from '../../src/ledger/contract.js';
import { accountAndAncestors, newReservationId } from '../../src/ledger/ids.js';
import type { Limit, Micros, Unit, Vector } from '../../src/money/units.js';

export const CREDIT = 1_000_000;
export const HOUR_MS = 3_600_000;
/** The year 2100: an expiry that no test reaches. */
export const FAR_MS = 4_102_444_800_000;

/** A limit for life, in whole units. */
export function limit(whole: number, unit: Unit = 'credits'): Limit {
  return { unit, window: 'life', limitMicros: whole * CREDIT, carved: false };
}

/** The same, set aside. Whoever presents it says until when. */
export function carved(whole: number, unit: Unit = 'credits'): Limit {
  return { ...limit(whole, unit), carved: true };
}

export function genesis(overrides: Partial<Genesis> = {}): Genesis {
  return {
    tenant: 'main',
    rootId: randomBytes(16).toString('hex'),
    kid: 'k1',
    holder: 'operator',
    limits: [limit(1_000)],
    expiresAtMs: FAR_MS,
    labels: { team: 'ml' },
    ...overrides,
  };
}

export function rootOf({ tenant, rootId }: Genesis): string {
  return `${tenant}/${rootId}`;
}

export function reservationId({ tenant, rootId }: Genesis): string {
  return newReservationId(tenant, rootId, randomBytes(16));
}

/**
 * The path down to the account that `holders` name, each account with its own limits: `limits[0]`
 * is the root's, and what is missing is no limit.
 */
export function path(
  of: Genesis,
  holders: readonly string[] = [],
  limits: readonly (readonly Limit[])[] = [],
): AccountLimits[] {
  return accountAndAncestors([rootOf(of), ...holders].join('/')).map((account, level) => ({
    account,
    limits: limits[level] ?? [],
  }));
}

/** A fixed price of so many whole credits, and one call. */
export function price(credits: number, more: Vector = {}): CostRange {
  const cost = { credits: credits * CREDIT, calls: CREDIT, ...more };
  return { least: cost, most: cost, steps: 0 };
}

export function request(of: Genesis, overrides: Partial<ReserveRequest> = {}): ReserveRequest {
  return {
    reservation: reservationId(of),
    kid: of.kid,
    path: path(of),
    cost: price(1),
    expiresAtMs: FAR_MS,
    ttlMs: HOUR_MS,
    owner: 'gateway',
    ...overrides,
  };
}

/** Spent and held of one account, in one unit. */
export async function counters(
  ledger: Ledger,
  account: string,
  unit: Unit = 'credits',
): Promise<{ spent: Micros; held: Micros }> {
  const balance = await ledger.balance(account);
  if (balance.status !== 'found') throw new Error(`${account}: ${balance.reason}`);
  const state = balance.path.at(-1);
  if (state?.account !== account) throw new Error(`${account}: found ${state?.account}`);
  return { ...state.counters[unit] };
}

/** An account and all below it, however many pages that takes. */
export async function wholeTree(ledger: Ledger, account: string): Promise<AccountState[]> {
  const found: AccountState[] = [];
  for (let isWhole = false; !isWhole; ) {
    const after = found.at(-1)?.account;
    const page = await ledger.tree({ account, ...(after !== undefined && { after }) });
    if (page.status !== 'found') throw new Error(page.reason);
    found.push(...page.accounts);
    isWhole = !page.truncated;
  }
  return found;
}

/** Opens the root and answers it. */
export async function opened(ledger: Ledger, overrides: Partial<Genesis> = {}): Promise<Genesis> {
  const root = genesis(overrides);
  const outcome = await ledger.openRoot(root);
  if (outcome.status !== 'opened') throw new Error(outcome.reason);
  return root;
}

/** The reason of a refusal, or the status of anything else: what a table test compares. */
export function verdict(outcome: ReserveOutcome | { status: string; reason?: string }): string {
  return 'reason' in outcome && outcome.reason !== undefined ? outcome.reason : outcome.status;
}
