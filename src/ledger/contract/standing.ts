/** What an operator has said of an account; it holds for the whole subtree. */
export type Standing = 'open' | 'paused' | 'revoked' | 'closed';

export interface RootUnknown {
  readonly status: 'refused';
  readonly reason: 'root_unknown';
}

/** Why an account of a path takes no reservation, and lets no hold be extended. */
export type StandingRefusal = 'account_paused' | 'account_revoked' | 'account_closed';
