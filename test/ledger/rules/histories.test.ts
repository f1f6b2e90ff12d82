import { describe, expect, it } from 'vitest';
import type {
  ActivateRefusal,
  ExtendRefusal,
  ReserveRefusal,
  ResolveRefusal,
} from '../../../src/ledger/contract.js';
import { fc, runs } from '../../support/property.js';
import { history } from '../sequences.js';
import { Witness } from './witness.js';

/** Every reason there is but what follows a revoked macaroon, or the type does not hold. */
const REFUSALS: Record<Exclude<ReserveRefusal['reason'], 'revocations_differ'>, true> = {
  root_unknown: true,
  clock_ahead: true,
  id_conflict: true,
  already_resolved: true,
  kid_mismatch: true,
  expired: true,
  account_paused: true,
  account_revoked: true,
  account_closed: true,
  unit_unknown: true,
  too_many_accounts: true,
  too_many_holds: true,
  budget_exhausted: true,
};
/**
 * Of these and the next two, only what a run of this length meets 10 times and more. The rest has
 * tests of its own.
 */
const UNRESOLVED: Partial<Record<ResolveRefusal['reason'], true>> = {
  root_unknown: true,
  reservation_unknown: true,
  not_owner: true,
  already_resolved: true,
};
const UNEXTENDED: Partial<Record<ExtendRefusal['reason'], true>> = {
  root_unknown: true,
  reservation_unknown: true,
  not_owner: true,
  already_resolved: true,
};
const INACTIVE: Partial<Record<ActivateRefusal['reason'], true>> = {
  root_unknown: true,
  kid_mismatch: true,
  expired: true,
  account_paused: true,
};

describe('the rules, through random histories', () => {
  it('keep every law between any two steps, and the journal folded gives the state', async () => {
    const met = new Set<string>();
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const witness = new Witness();
        for (const step of steps) await witness.take(step);
        await witness.finish();
        for (const outcome of witness.met) met.add(outcome);
      }),
      { numRuns: runs(500, 100_000) },
    );
    // The histories are no good if they never get anywhere.
    const reasons = (kind: string, of: object) => Object.keys(of).map((its) => `${kind}: ${its}`);
    const expected = [
      'openRoot: root_conflict',
      'reserve: held',
      'settle: settled',
      'release: released',
      'extend: extended',
      'activate: activated',
      'control: done',
      'topUp: topped_up',
      'topUp: id_conflict',
      ...reasons('reserve', REFUSALS),
      ...reasons('settle', UNRESOLVED),
      ...reasons('extend', UNEXTENDED),
      ...reasons('activate', INACTIVE),
    ];
    expect(expected.filter((outcome) => !met.has(outcome))).toEqual([]);
  });
});
