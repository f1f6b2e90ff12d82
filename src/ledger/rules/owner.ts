import type { By } from '../contract.js';
import type { FinishedHold, OpenHold } from './records.js';

/**
 * Whether this one may end or extend a hold: the gateway every hold, a caller those that its own
 * account made for itself. Knowing a hold's id is no key to it.
 */
export function isOwner({ owner, account }: OpenHold | FinishedHold, by: By | undefined): boolean {
  return (
    by === undefined || by.kind === 'gateway' || (owner === 'caller' && account === by.account)
  );
}
