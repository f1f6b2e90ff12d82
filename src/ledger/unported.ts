import type { Limit } from '../money/units.js';
import { type AccountLimits, LedgerInputError, type ReserveRequest } from './contract.js';

/** For what an engine can't do yet: a restriction that is not enforced would be a grant. */
export function notYet(what: string): LedgerInputError {
  return new LedgerInputError(`${what}: found, but not in this engine yet`);
}

/** @throws {LedgerInputError} where a limit has a window or is carved. */
export function refuseUnported(limits: readonly Limit[]): void {
  for (const { window, carved } of limits) {
    if (window !== 'life') throw notYet(`a limit per ${window}`);
    if (carved) throw notYet('a carved limit');
  }
}

/** @throws {LedgerInputError} */
export function refuseUnportedReserve({ path, owner, fingerprint }: ReserveRequest): void {
  for (const { limits } of path as readonly AccountLimits[]) refuseUnported(limits);
  if (owner !== 'gateway') throw notYet('a hold of a caller');
  if (fingerprint !== undefined) throw notYet('a fingerprint');
}

/** @throws {LedgerInputError} */
export function refuseUnportedBy(by: { readonly kind: string } | undefined): void {
  if (by !== undefined && by.kind !== 'gateway') throw notYet('a caller that ends a hold');
}
