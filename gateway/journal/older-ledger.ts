import { join } from 'node:path';
import type { Ledger } from '../../src/ledger/contract.js';
import { journalFolder, lastDrained, namesIn } from './segments.js';

/**
 * Why a ledger can't be the one whose journal was drained into `stateDir`, as it was then or later: it
 * was made anew, or restored from a backup. Undefined where it can.
 * @throws {LedgerUnavailable}
 */
export async function whyOlder(
  ledger: Pick<Ledger, 'journal'>,
  stateDir: string,
): Promise<string | undefined> {
  for (const tenant of await namesIn(join(stateDir, 'journal'))) {
    const folder = journalFolder(stateDir, tenant);
    const last = await lastDrained(folder);
    if (last === undefined) continue;
    const { nextNumber, head } = await ledger.journal({ tenant, after: 0, max: 1 });
    // An entry is in the ledger before it is in a file.
    const isMissing = last.number >= nextNumber;
    const isOther = head.number === last.number && head.hash !== last.hash;
    if (!isMissing && !isOther) continue;
    const found = isMissing ? `${nextNumber - 1} changes` : `another change ${last.number}`;
    return `tenant ${tenant}: found ${found}, expected the ${last.number} or more of ${folder}`;
  }
  return undefined;
}
