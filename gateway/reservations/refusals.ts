import type { ExtendRefusal, ReserveRefusal, ResolveRefusal } from '../../src/ledger/contract.js';
import { Problem } from '../api/problem.js';
import { refusalProblem } from '../ledger-refusal.js';

/**
 * What a caller learns when the ledger refuses its reservation.
 * @param keyed the id, if it was derived from an `Idempotency-Key` and so may have been used before.
 */
export function reserveProblem(refusal: ReserveRefusal, keyed: string | undefined): Problem {
  const { account, reason } = refusal;
  if (keyed === undefined) return refusalProblem(refusal);
  const details = { account, reservation: keyed };
  if (reason === 'id_conflict') return new Problem('idempotency_key_reused', details);
  if (reason === 'already_resolved') return new Problem('reservation_resolved', details);
  return refusalProblem(refusal);
}

/**
 * What a caller learns when the ledger would not end or extend its reservation. One that belongs to
 * somebody else, the gateway included, looks the same as one that never was.
 * @param account the caller's own.
 */
export function resolveProblem(refusal: ResolveRefusal | ExtendRefusal, account: string): Problem {
  switch (refusal.reason) {
    case 'root_unknown':
      return new Problem('ledger_state_lost', { account });
    case 'reservation_unknown':
    case 'not_owner':
      return new Problem('reservation_unknown', { account, cause: refusal.reason });
    case 'already_resolved':
      return new Problem('reservation_resolved', { account });
    case 'above_hold':
      return new Problem('above_hold', { account });
    case 'expired':
      return new Problem(refusal.reason, { account });
    case 'account_paused':
    case 'account_revoked':
    case 'account_closed':
      return new Problem(refusal.reason, { account: refusal.account });
  }
}
