import { ConfigError } from '../gateway/config/errors.js';
import { SecretError } from '../gateway/config/secrets.js';
import { CaveatError } from '../src/caveats/index.js';
import { LedgerInputError, LedgerUnavailable } from '../src/ledger/contract.js';
import { KeyRingError, MacaroonError } from '../src/macaroon/index.js';
import { TermsError } from '../src/minting/terms.js';

/** What ends a command with one line on standard error and exit status 1. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
}

/** Nobody knows whether it was done: the answer was lost, or says so itself. */
export class OutcomeUnknown extends Refusal {
  override readonly name = 'OutcomeUnknown';
}

/** The command was not used as its help says: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const EXIT_REFUSED = 1;
export const EXIT_USAGE = 2;

export interface Failure {
  /** Without a stack; more than one line only where there is more than one mistake. */
  readonly message: string;
  readonly status: number;
}

/** What to tell of anything that was thrown. */
export function describeFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  // The terms come from the command's own options.
  if (error instanceof UsageError || error instanceof TermsError) {
    return { message, status: EXIT_USAGE };
  }
  if (error instanceof LedgerUnavailable) {
    const shown =
      error.reason === 'state_lost' ? message : `the ledger does not answer: ${message}`;
    return { message: shown, status: EXIT_REFUSED };
  }
  return { message: isExpected(error) ? message : `unexpected: ${message}`, status: EXIT_REFUSED };
}

function isExpected(error: unknown): boolean {
  return (
    error instanceof Refusal ||
    error instanceof ConfigError ||
    error instanceof SecretError ||
    error instanceof CaveatError ||
    error instanceof MacaroonError ||
    error instanceof KeyRingError ||
    error instanceof LedgerInputError ||
    isSystemError(error)
  );
}

/** An error of the operating system: its message names the call and the file. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
