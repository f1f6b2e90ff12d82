import type { AccountState, Standing, StandingRefusal } from '../contract.js';

const REFUSALS: Readonly<Record<Exclude<Standing, 'open'>, StandingRefusal>> = {
  paused: 'account_paused',
  revoked: 'account_revoked',
  closed: 'account_closed',
};

/** The account nearest the root of which an operator said that nothing more is to be admitted. */
export function notOpen(
  path: readonly (AccountState | undefined)[],
): { readonly reason: StandingRefusal; readonly account: string } | undefined {
  for (const state of path) {
    if (state === undefined || state.standing === 'open') continue;
    return { reason: REFUSALS[state.standing], account: state.account };
  }
  return undefined;
}
