import { formatInstant } from '../src/caveats/expires.js';
import type { LedgerUnavailable, LimitState, ReserveRefusal } from '../src/ledger/contract.js';
import { formatMicros } from '../src/money/micros.js';
import type { Micros } from '../src/money/units.js';
import { Problem } from './api/problem.js';
import { helpfulReset } from './api/problem-response.js';
import type { Affordable, CallPlan } from './call-plan.js';

/** What was refused: a call, or to set something aside for a carved budget. */
type Asked = 'call' | 'carve';

/** What a caller learns of the ledger's refusal. One case a reason, checked to be all of them. */
export function refusalProblem(
  refusal: ReserveRefusal,
  asked: Asked = 'call',
  plan?: Pick<CallPlan, 'affordable' | 'parts'>,
): Problem {
  const { account } = refusal;
  switch (refusal.reason) {
    case 'budget_exhausted': {
      const { limit, requiredMicros } = refusal;
      const output = plan?.affordable?.(limit, requiredMicros);
      const hold = plan?.parts?.(limit.unit);
      return new Problem('budget_exhausted', {
        message: `${exhaustedMessage(limit, requiredMicros, asked)}${affordableMessage(output)}`,
        account,
        shortfall: { limit, requiredMicros, ...hold },
        ...(output === undefined ? {} : { param: output.field, affordableOutput: output.tokens }),
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
    // Whoever asks learns of them and asks again (`revocations.ts`).
    case 'revocations_differ':
      return new Problem('ledger_unavailable', { cause: refusal.reason });
    // Signed by a key of the ring, but not by the one under which this root was opened.
    case 'kid_mismatch':
      return new Problem('invalid_macaroon', { cause: refusal.reason });
    case 'too_many_accounts':
    case 'too_many_holds':
      return new Problem(refusal.reason, { account });
    case 'clock_ahead':
      return new Problem('ledger_unavailable', {
        message: 'The clock of the ledger is far ahead of the running clock of this gateway.',
        cause: refusal.reason,
      });
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

function affordableMessage(output: Affordable | undefined): string {
  if (output === undefined) return '';
  const { field, tokens } = output;
  return tokens === 0
    ? ' No output at all would fit.'
    : ` With ${field} of at most ${tokens} it would fit this limit.`;
}

function exhaustedMessage(limit: LimitState, requiredMicros: Micros, asked: Asked): string {
  const { account, unit, window, remainingMicros, heldMicros } = limit;
  const needs = asked === 'call' ? 'the call needs' : 'to set the carved budget aside takes';
  const of = window === 'life' ? '' : ` of ${formatMicros(limit.limitMicros)} ${unit}/${window}`;
  // For life, held is also what is set aside for carved accounts below.
  const by = window === 'life' ? 'open calls or carve-outs' : 'open calls';
  const held = heldMicros === 0 ? '' : `, ${formatMicros(heldMicros)} more held by ${by}`;
  const resetsAtMs = helpfulReset(limit, requiredMicros);
  const resets = resetsAtMs === undefined ? '' : ` It resets at ${formatInstant(resetsAtMs)}.`;
  return (
    `No budget left for this ${asked === 'call' ? 'call' : 'carve-out'}: ${account} has ` +
    `${formatMicros(remainingMicros)} ${unit} remaining${of}${held}, and ${needs} ` +
    `${formatMicros(requiredMicros)}.${resets}`
  );
}
