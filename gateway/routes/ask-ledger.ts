import { LedgerInputError, LedgerUnavailable } from '../../src/ledger/contract.js';
import { Problem } from '../api/problem.js';
import { unavailableProblem } from '../ledger-refusal.js';

/** Turns what the ledger throws into what the caller learns. For reads, and for opening a root. */
export async function askLedger<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof LedgerUnavailable) throw unavailableProblem(error);
    if (error instanceof LedgerInputError) {
      throw new Problem('invalid_request', { message: error.message, cause: error });
    }
    throw error;
  }
}
