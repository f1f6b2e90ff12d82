import type { LedgerUnavailable, ReserveRefusal } from '../src/ledger/contract.js';
import { formatMicros } from '../src/money/micros.js';
import { Problem } from './api/problem.js';

/** What a caller learns of the ledger's refusal. One case a reason, checked to be all of them. */
export function refusalProblem(refusal: ReserveRefusal): Problem {
  const { account } = refusal;
  switch (refusal.reason) {
    case 'budget_exhausted': {
      const { limit, requiredMicros } = refusal;
      const { unit, remainingMicros, heldMicros } = limit;
      const held = heldMicros === 0 ? '' : `, ${formatMicros(heldMicros)} more held by open calls`;
      return new Problem('budget_exhausted', {
        message:
          `No budget left for this call: ${account} has ${formatMicros(remainingMicros)} ${unit} ` +
          `remaining${held}, and the call needs ${formatMicros(requiredMicros)}.`,
        account,
        shortfall: { limit, requiredMicros },
      });
    }
    case 'unit_unknown':
      return new Problem('price_unknown', {
        message: `${account} has a limit in ${refusal.unit}, and this call has no known price in it.`,
        account,
      });
    case 'account_paused':
    case 'account_revoked':
    case 'account_closed':
      return new Problem(refusal.reason, { account });
    case 'expired':
      return new Problem('expired', { account });
    case 'root_unknown':
      return new Problem('ledger_state_lost', { account });
    // Signed by a key of the ring, but not by the one under which this root was opened.
    case 'kid_mismatch':
      return new Problem('invalid_macaroon', { cause: refusal.reason });
    case 'clock_ahead':
    case 'too_many_accounts':
    case 'too_many_holds':
    case 'amount_overflow':
    // Reservation ids are the gateway's own, and used once.
    case 'id_conflict':
    case 'already_resolved':
      return new Problem('ledger_unavailable', { cause: refusal.reason });
  }
}

/** What a caller learns when no decision is known: that it may try again, and whether that will help. */
export function unavailableProblem(error: LedgerUnavailable): Problem {
  const lost = error.reason === 'state_lost';
  return new Problem(lost ? 'ledger_state_lost' : 'ledger_unavailable', { cause: error });
}
